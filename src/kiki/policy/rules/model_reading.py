"""What a language model read is high, whatever it does: nobody has said it in these words.

The values of such a reading are grounded in the message, its kinds are not.
"""

from kiki.policy.case import Case, Concern, Opinion


def judge(case: Case) -> tuple[Opinion, ...]:
    """One concern when a model read the message."""
    if case.intent.reader != "model":
        return ()
    return (Concern(code="policy.model_reading", risk="high"),)
