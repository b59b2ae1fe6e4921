"""What a right answer means in full: the intent with derived values and defaults.

Called by ``measuring``. It completes with the same code as a reading, so that only what was said is
compared, and never looks at what was read.
"""

from msgspec.structs import replace

from kiki.benchmark.samples import Answer, Asked
from kiki.model.intent import Intent, Source
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.targets import registry
from kiki.understand.complete import Context, complete
from kiki.understand.draft import Draft

SECRET = "{{secret}}"  # noqa: S105 -- stands for the name that the one secret of a message gets


def intent_of(answer: Answer, request: Request, profile: Profile) -> Intent:
    """The intent that *answer*, which has operations, means for the redacted *request*."""
    context = Context(request=replace(request, name=""), profile=profile, reader="rules")
    return complete([_draft(asked, request) for asked in answer.operations], context)


def _draft(asked: Asked, request: Request) -> Draft:
    draft = Draft(kind=registry.kind(asked.kind))
    secret = next(iter(request.secrets), SECRET)
    for field, value in asked.fields.items():
        found = secret if value == SECRET else value
        draft.fill(field, list(found) if isinstance(found, list) else found, Source(origin="span"))
    return draft
