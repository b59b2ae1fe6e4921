"""Says of a thing of the cloud that no kind makes how it may be asked for: a subnet, a router.

Called by ``messages`` when neither the rules nor a model read the message. Networks, volumes and
security groups have official types only (``OS::Neutron::Net``): a model takes them from free words,
without one they have to be named exactly. The refusal names the types instead of the words.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from kiki.model.intent import Reading
from kiki.model.official import Official
from kiki.model.request import Request
from kiki.model.vocabulary import Vocabulary
from kiki.understand.generic import naming
from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon

_CLOUD = "openstack"
# What people ask for by itself; other types ("project", "port") are other things' words as well.
_THINGS = ("OS::Neutron::", "OS::Cinder::Volume", "OS::Nova::KeyPair", "OS::Octavia::")

# All that may be asked for with them: what only a template could take away, it cannot.
_MAKING = frozenset((
    "create", "add", "build", "deploy", "put", "set", "want", "have", "launch", "attach", "allow",
    "open",
))  # fmt: skip


def read(
    reading: Reading, request: Request, vocabulary: Vocabulary, official: Official
) -> Reading | None:
    """*reading*, a refusal, with the types of the cloud that it is about; None where it names none
    of those, or something of another target."""
    said = Said(request.message, lexicon())
    wanted = request.answers.get("target") or request.target
    if reading.refusal is None or wanted not in (None, "", _CLOUD):
        return None
    if set(said.verbs()) - _MAKING:
        return None
    named = [
        one
        for one in naming.named(said, _CLOUD, vocabulary, official)
        if one.spec.name.startswith(_THINGS)
    ]
    if not named or _elsewhere(said, named, vocabulary):
        return None
    types = [one.spec.name for one in sorted(named, key=lambda one: one.start)]
    params = {**reading.refusal.params, "types": ", ".join(types), "type": types[0]}
    return replace(
        reading, refusal=replace(reading.refusal, code="understand.cloud", params=params)
    )


def _elsewhere(said: Said, named: Sequence[naming.Named], vocabulary: Vocabulary) -> bool:
    """Whether a thing of another target is named beside the types, or that target itself."""
    kinds, targets = vocabulary.kinds, vocabulary.targets
    cloud = {noun for kind in kinds if kind.target == _CLOUD for noun in kind.nouns}
    places = {noun for target in targets for noun in target.places}
    others = {noun for kind in kinds if kind.target != _CLOUD for noun in kind.nouns}
    others |= {word for target in targets if target.name != _CLOUD for word in target.words}
    return any(
        sense.entry.id in others - cloud - places
        for word in said.words
        if not any(one.start <= word.start < one.end for one in named)
        for sense in word.senses
        if sense.entry.cls == "noun"
    )
