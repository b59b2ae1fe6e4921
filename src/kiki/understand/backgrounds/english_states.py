"""What an English sentence says of the thing that the next one asks about: "X is down".

Called by ``english``; the states are those of ``states``. X stands for the thing.
"""

import re

_NOT = r"(?:n't| not)"
_MORE = (
    r"(?: (?:any ?more|at all|right now|currently|again|now|here|there|yet|last (?:night|week)"
    r"|yesterday|this (?:morning|week)|today|earlier|recently|overnight|once more))*"
)
_WHERE = (
    r"(?: (?:on|from|in) (?:the|our|these|all|all the|all our)"
    r" (?:servers|hosts|machines|nodes|boxes|cluster|firewall|outside))?"
)
# Before X nothing but a determiner and what it is: "the stale lock X".
_HEAD = (
    r"(?:(?:i think|it seems|it looks like|apparently|unfortunately|looks like|seems) )?"
    r"(?:(?:the|our|this|that|a|an|your) (?:[a-z-]+ ){0,3}|"
    r"(?:ports?|users?|accounts?|services?|daemons?|packages?|files?|director(?:y|ies)|folders?"
    r"|namespaces?|deployments?) )?"
)
_BE = r"(?:is|are|seems(?: to be)?|seem(?: to be)?|appears to be|looks|looks to be)"
_SPACE = (
    r"(?:us|everything|the disks?|our disk"
    r"|(?:a lot of |too much |all (?:the|our) |the |our )?(?:disk )?space)"
)
_SO = r"(?:very |really |so |being |quite |extremely |too |way |still |again |currently |yet )*"
# Of what is said of it: is slow, isn't running, hangs.
_IS = {
    "missing": "missing",
    "down": "down|dead|stopped|gone|offline",
    "bad": ("slow|stuck|hanging|unresponsive|misbehaving|acting up|broken|sluggish|frozen|weird"),
    "open": "open|reachable|exposed",
    "blocked": "blocked|closed|filtered",
    "unused": "obsolete|unused|retired|deprecated|unmaintained|no longer (?:needed|used|required)",
    "full": (
        rf"(?:in the way|(?:blocking|filling up|eating up|clogging|wasting|using up|taking up)"
        rf"(?: {_SPACE})?)"
    ),
    "old": "old|outdated|out of date|vulnerable|behind",
    "away": r"on (?:(?:parental|maternity|paternity|sick|long) )?(?:leave|vacation|holiday)"
    r"|away|suspended|under investigation",
    "back": r"back(?: from (?:leave|vacation|holiday|sick leave|parental leave))?|back at work"
    r"|with us again|here again",
}
_IS_NOT = {
    "manual": "started automatically|enabled|enabled at boot|starting at boot|starting on boot",
    "missing": "installed|there|available",
    "down": "running|up|started|alive",
    "bad": "responding|answering|working",
    "blocked": "open|reachable",
    "unused": "needed|used|in use|required",
}
_DOES = {
    "down": (
        r"(?:has |just |has just )?(?:died|crashed|stopped|went down|fell over|gone down)"
        r"|keeps (?:crashing|dying|going down|falling over)"
    ),
    "bad": (
        r"hangs|hung|froze|freezes|acts up|eats (?:all )?(?:the )?memory"
        rf"|(?:does|did){_NOT} (?:respond|answer|react|work)"
    ),
    "unused": r"(?:left|has left|leaves)(?: us| the (?:company|team|project))?"
    r"|is leaving(?: us| the (?:company|team|project))?"
    rf"|(?:no longer works|does{_NOT} work|is no longer|is{_NOT}|is no longer working)"
    r" (?:here|with us|for us|at the company|on the team)",
    "full": rf"(?:blocks|fills up|eats up|clogs|wastes|takes up) {_SPACE}",
}
# Of what others say of it: we're missing X.
_OF = {
    "old": (
        r"(?:we|they)(?:'re| are) (?:still )?(?:on|running|using) (?:an |a )?(?:very |really )?"
        r"(?:old|outdated|ancient|vulnerable)(?: version of)? X"
    ),
    "missing": (
        rf"(?:we're|we are) (?:still )?missing {_HEAD}X|there(?:'s| is| are) no X"
        rf"|(?:the|our) (?:servers|hosts|machines|nodes|boxes) (?:lack|do{_NOT} have) X"
    ),
    "unused": (
        rf"(?:we|they) (?:no longer|do{_NOT}) (?:need|use|require) {_HEAD}X"
        rf"|(?:we|they) (?:won't|will not|are{_NOT} going to|will no longer)"
        rf" (?:need|use|be using) {_HEAD}X"
        r"|(?:we're|we are) (?:retiring|decommissioning|phasing out|abandoning|moving away from)"
        rf" {_HEAD}X"
        rf"|(?:nobody|no one|no-one) (?:uses|needs|is using|should (?:have|use|need)) {_HEAD}X"
    ),
}


def _patterns(name: str) -> str:
    made = []
    if name in _IS:
        made.append(rf"{_HEAD}X(?: \([a-z ]+\))? {_BE} {_SO}(?:{_IS[name]})")
    if name in _IS_NOT:
        made.append(rf"{_HEAD}X(?: \([a-z ]+\))? (?:is|are){_NOT} {_SO}(?:{_IS_NOT[name]})")
    if name in _DOES:
        made.append(rf"{_HEAD}X (?:{_DOES[name]})")
    if name in _OF:
        made.append(f"(?:{_OF[name]})")
    return rf"(?:{'|'.join(made)}){_WHERE}{_MORE}"


_STATES = {name: re.compile(_patterns(name)) for name in dict.fromkeys((*_IS, *_IS_NOT))}


def english_state(text: str) -> str:
    """What *text* says of X; empty if nothing that we know, or not one thing only."""
    found = [name for name, pattern in _STATES.items() if pattern.fullmatch(text)]
    return found[0] if len(found) == 1 else ""
