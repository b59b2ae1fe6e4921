"""The words and forms by which English tells, greets, thanks, and gives reasons.

Read by ``english``. Closed classes; the ordinary words that they surround are in ``ordinary``.
"""

import re

SUBJECTS = frozenset((
    "we", "i", "they", "he", "she", "it", "this", "that", "these", "those", "there", "the", "a",
    "an", "our", "my", "their", "his", "her",
    "somebody", "someone", "something", "everybody", "everyone", "nobody", "people", "users",
    "customers", "some", "many", "most",
    "i'm", "we're", "it's", "they're", "there's", "that's", "he's", "she's", "i've", "we've",
    "they've", "i'd", "we'd", "i'll", "we'll", "it'll",
))  # fmt: skip
# What may speak of the thing itself.
DESCRIBES = frozenset((
    "it", "he", "she", "they", "it's", "he's", "she's", "they're", "its", "his", "her", "their",
    "this", "these", "it'll", "he'll", "that's",
))  # fmt: skip
CONTRACTED = re.compile(
    r"(?:i'm|we're|it's|they're|there's|that's|he's|she's|i've|we've"
    r"|they've|i'll|we'll|it'll)\Z"
)
OPENS = frozenset((
    "apparently", "unfortunately", "sadly", "currently", "recently", "yesterday", "luckily",
    "fyi", "btw", "also", "and", "but", "so", "well", "obviously",
    "since", "it", "seems", "lately", "meanwhile", "basically", "sorry", "ah", "oh", "hm", "hmm",
    "um", "well",
)) - {"it", "seems", "since"}  # fmt: skip
IS = frozenset(("is", "are", "was", "were", "been", "be", "being", "still", "isn't", "aren't"))
FINITE = IS | frozenset((
    "has", "have", "had", "does", "did", "do", "keeps", "keep", "uses", "use", "says", "say",
    "looks", "look", "seems", "seem", "takes", "take", "eats",
    "eat", "fills", "fail", "fails", "crashes", "crash", "complains", "complain", "wants",
    "know", "knows", "think", "hope", "see", "sees",
    "believe", "expect", "expects", "works", "work", "happens", "looked", "means", "comes",
    "goes", "gets", "grows", "runs", "depends", "depend",
    "hangs", "lags", "can", "could", "cannot", "needs", "need", "want", "will", "'ll",
    "would", "breaks",
    "break", "starts", "joins", "asks", "insists", "suspect",
    "suspects", "appreciate", "blocks", "shows", "show", "tell", "tells", "apologise",
    "apologize", "don't", "doesn't", "didn't",
))  # fmt: skip
DETERMINES = frozenset((
    "the", "a", "an", "this", "that", "our", "my", "your", "their", "his", "her", "last",
    "recent", "another", "some", "every", "big", "security", "config",
    "configuration", "certificate", "major", "minor", "planned", "load", "penetration", "pen",
    "performance",
))  # fmt: skip
# "so that we can run the load tests": what it is for.
SO_THAT = re.compile(
    r"(?:so|so that) (?:we|i|they|he|she|people|users|everyone|everybody|the|our) "
)
PURPOSES = frozenset(("run", "test", "check", "verify", "build", "deploy", "publish", "write"))
NO_COMMANDS = frozenset(
    (
        "running",
        "being",
        "needs",
        "need",
        "want",
        "wants",
        "get",
        "gets",
        "getting",
        "works",
        "has",
        "lock",
        "point",
        "points",
        "map",
    )
)
PLACES = frozenset(
    (
        "server",
        "servers",
        "host",
        "hosts",
        "machine",
        "machines",
        "node",
        "nodes",
        "box",
        "boxes",
        "cluster",
        "there",
        "everywhere",
    )
)
BEFORE_PLACES = frozenset(("the", "our", "these", "those", "your", "on", "all"))
HARMLESS_NOUNS = frozenset(
    (
        "users",
        "user",
        "traffic",
        "service",
        "services",
        "website",
        "site",
        "page",
        "system",
        "connection",
        "everywhere",
    )
)
# What makes a mere description of the noun before it: "the network issue".
COMPOUNDS = frozenset((
    "issue", "issues", "problem", "problems", "error", "errors", "trouble", "outage", "incident",
    "team", "guys", "people", "change", "changes", "upgrade",
    "migration", "bug", "leak", "course", "class", "workshop", "department", "rotation", "renewal",
))  # fmt: skip
STATES = frozenset(
    (
        "down",
        "memory_limit",
        "cpu_limit",
        "quota_memory",
        "quota_cpu",
        "os_ram",
        "os_disk",
        "vcpus",
        "os_volume",
        "os_project",
        "os_role",
        "quota_gigabytes",
        "running",
        "unused",
        "purpose",
        "whose",
        "k8s_the_last",
        "existing",
        "at_boot",
        "latest",
        "once_more",
        "no_more",
        "connection",
        "joining",
        "leaving",
    )
)
ANNOUNCES = re.compile(
    r"(?i)ports?|users?|accounts?|services?|daemons?|packages?|files?"
    r"|director(?:y|ies)|folders?|namespaces?|deployments?|groups?|repo(?:sitor(?:y|ies)|s)?"
    r"|(?:sym)?links?|units?|mounts?|modules?"
)
ACRONYMS = frozenset((
    "api", "ceo", "ci", "cio", "cto", "cpu", "cve", "cves", "gpu", "hr", "it", "ml", "ops", "os",
    "pm", "qa", "ram", "sla", "sre", "vpn", "ui", "ux", "pki", "tls", "ssl", "eol", "poc", "r&d",
    "ftp", "http", "https", "ssh", "smtp", "dns", "ntp", "snmp", "ldap", "telnet", "smb", "nfs",
    "rdp", "ipmi",
))  # fmt: skip
SHORT = frozenset(
    (
        "s",
        "re",
        "ve",
        "m",
        "d",
        "ll",
        "t",
        "isn",
        "aren",
        "wasn",
        "doesn",
        "don",
        "didn",
        "hasn",
        "haven",
        "couldn",
        "ain",
        "won",
    )
)
YEAR = re.compile(r"(?:19|20)\d\d")
GREETED = frozenset((
    "team", "teams", "all", "everyone", "everybody", "folks", "guys", "colleagues", "colleague",
    "ops", "admins", "admin", "operators", "operator", "there",
    "friends", "support", "helpdesk", "people", "gentlemen", "madam", "sir", "mates", "mate",
    "buddy", "kiki", "sysadmins", "infra", "infrastructure", "operations", "ladies", "both",
))  # fmt: skip
GREETS = re.compile(
    r"(?i)(?:hi|hello|hey|dear|hiya|howdy|greetings|good (?:morning|day|afternoon|evening)"
    r"|morning|evening|afternoon|to the|to our|to)\s+(?=\S)"
)
CLOSES = re.compile(
    r"(?:(?:many )?thanks(?: (?:a lot|so much|very much|in advance|again|for (?:your|the) "
    r"(?:help|support|time|patience)))?"
    r"|thank you(?: (?:so much|very much|in advance|again|for your (?:help|support|time"
    r"|patience)))?"
    r"|(?:thanks |thank you |many thanks (?:in advance )?)?(?:and )?(?:(?:with )?(?:kind|best"
    r"|warm|kindest|warmest) )?(?:regards|wishes)|best|cheers|sincerely|yours(?: sincerely| "
    r"truly| faithfully)?|br|kr|vg|sent from my phone|greetings|all the best|ciao|bye)[,.!]?"
)
KIND = re.compile(
    CLOSES.pattern + r"|(?:this is|i'm|i am|my name is|it's) [a-z]+(?: [a-z]+)?"
    r" (?:here|from (?:the )?(?:[a-z]+ ){0,2}(?:team|department|group|lab|office|unit|squad|desk"
    r"|support|security|marketing|finance|sales|hr|it|qa|accounting|engineering|research))"
    r"|(?:many )?thank(?:s| you)(?: a lot| so much| very much)? for (?:all )?(?:your|the)"
    r" (?:great |quick |kind )?(?:help|support|time|patience|work|effort|efforts)"
    r"(?: (?:yesterday|today|last week|last time|so far|this week))?"
    r"|(?:thx|ty|tia|tysm)(?: a lot)?|(?:hi|hello|hey|good (?:morning|day|afternoon"
    r"|evening)|greetings|howdy|hiya)"
    r"|(?:my |our |many |sincere |my sincere )?apolog(?:ies|y)(?: in advance| (?:for|about) "
    r"(?:the|my|our|this|any|all the) (?:[a-z]+ )?(?:request|notice|hassle|trouble|delay|hour"
    r"|inconvenience|disturbance|bother|noise|message|mail|ticket|urgency|interruption|spam))?"
    r"|(?:i'm |i am |we're |we are )?(?:so |very |really )?sorry (?:for|about) (?:the|my|our"
    r"|this|any|all the) (?:[a-z]+ )?(?:request|notice|hassle|trouble|delay|hour"
    r"|inconvenience|disturbance|bother|noise|message|mail|ticket|urgency|interruption|spam)"
    r"|(?:i'm |i am |we're |we are )?(?:so |very |really )?sorry to (?:bother|bug|interrupt"
    r"|disturb|trouble|pester|annoy|nag) (?:you|you all|you guys|everyone)(?: (?:again|so "
    r"late|so early|with this|this late|about this|on a friday|on short notice))?"
    r"|i (?:really |very much |would really )?appreciate (?:it|your [a-z ]+|the help)(?: a "
    r"lot| very much)?|(?:it is|it's|that is|that's)? ?(?:much|greatly|really|very much) "
    r"appreciated"
    r"|you(?:'re| are) (?:a |an |the )?(?:absolute |real )?(?:lifesaver|life saver|star"
    r"|legend|best|angel|hero|great|awesome|amazing|the best)"
    r"|i (?:do )?hope (?:this (?:message|mail|e-?mail|note|finds?)|you(?:'re| are)|all is"
    r"|everything is|you had|the week)[a-z' ]*"
    r"|(?:i|we) know (?:you(?:'re| are)|it(?:'s| is)|this is) (?:very |really |so |all |quite "
    r"|super )?(?:swamped|busy|overloaded|stressed|late|friday|a lot|a pain|short notice"
    r"|annoying|under water)(?: (?:right now|these days|today|at the moment|lately))?"
    r"|no (?:rush|hurry|pressure|worries)(?: at all| here| whatsoever)?|(?:it's|it is|this "
    r"is) (?:not |very |really |quite |a bit |rather )?urgent|take your time|whenever you "
    r"(?:can|have time|get to it|get a chance)"
    r"|have a (?:nice|great|good|lovely|wonderful) (?:day|evening|afternoon|weekend|week|one"
    r"|morning)|(?:it|this|that) would (?:really )?help us (?:a great deal|a lot|very much"
    r"|enormously|immensely|out)(?: with (?:the|our) [a-z ]+)?"
    r"|(?:i'd|we'd|i would|we would) (?:really |very much )?(?:appreciate it|be (?:very "
    r"|really )?grateful)|that(?:'d| would) be (?:great|awesome|nice|lovely|perfect|amazing"
    r"|fantastic)|(?:quick|small|one) (?:question|request|favou?r|thing)|long time no see"
    r"|hope (?:you're|you are|all is) [a-z ]+"
)
# "the whole thing can be deleted": what is asked for may be done.
PERMITS = re.compile(
    r"(?:(?:it|the whole thing|all of it|everything in it|everything in there|the whole "
    r"(?:tree|folder|directory)) (?:can|may) (?:all )?(?:be (?:deleted|removed)|go))(?: "
    r"(?:completely|entirely))?"
)
BECAUSE = re.compile(
    r"(?:and |but )?(?:because|since|given that|now that|seeing that|seeing as|considering "
    r"that|so that|so|as|for|the reason is that|the reason being that|in case you wonder) "
)
OWING = re.compile(
    r"(?:due to|because of|thanks to|owing to|following|on account of|in light of|in view of"
    r"|as part of|as a result of|in preparation for|to prepare for)"
    r" (?:(?:the|a|an|our|this|that|these|some|last|recent|yesterday's|another|their) )[a-z'/ -]+\Z"
    r"|for (?:the|a|our|this|their) (?:[a-z'-]+ ){0,3}(?:demo|workshop|training|migration"
    r"|project|release|launch|audit|test|tests|course|trial|poc|presentation|campaign|event"
    r"|meeting|class|exam|evaluation|pilot|investigation)\Z"
    r"|since (?:the|our|last|yesterday's|this) [a-z' -]+(?: in (?:19|20)\d\d)?\Z"
    r"|after (?:the|our|a|this|that|yesterday's|last night's|last week's|today's) (?:[a-z'-]+ "
    r"){0,2}(?:renewal|rotation|rollover)\Z"
)
# The same where no comma follows: "after the certificate renewal nginx has to be restarted".
LEADING = re.compile(
    r"(?:for (?:the|our|this|their) (?:[a-z'-]+ ){0,2}?(?:demo|workshop|training|migration"
    r"|release|launch|audit|course|poc|campaign)"
    r"|after (?:the|our|this|yesterday's|last night's|last week's|today's) (?:[a-z'-]+ "
    r"){0,2}?(?:renewal|rotation|rollover))(?= )"
)
# Where something was noticed, before the sentence that says what.
DURING = re.compile(
    r"(?:during|in|at|on|from) (?:the|last|our|yesterday's|this) (?:[a-z'-]+ "
    r"){1,3}(?=(?:we|they|he|she|i|it|the|someone|somebody) )"
)
# A statement that something is not so; it forbids nothing.
NOT_SO = re.compile(
    r"^so(?: that)? (?:we|i|they|he|she|people|users|everyone|everybody|the [a-z]+|our "
    r"[a-z]+) (?:can|could|may|are able to)\b|"
    r"\b(?:(?:is|are|was|were) ?(?:n't|not)|isn't|aren't|wasn't|weren't|has(?:n't| not) been"
    r"|is no longer|are no longer)"
    r" (?:\w+ )?(?:started automatically|enabled|starting (?:at|on) boot|running|responding"
    r"|working|reachable|available|installed|listening|up"
    r"|there|used|needed|required|accessible|sure|urgent|responsive|supported|in use|patched"
    r"|maintained)(?: any ?more)?\b"
    r"|\b(?:does|do|did)(?:n't| not) (?:work|respond|answer|come up|exist|help|look|know"
    r"|remember|understand|seem|react|use (?:it|that|them)|need (?:it|that|them))(?: any "
    r"?more)?\b"
    r"|\b(?:nobody|no one|no-one|none of us) (?:\w+ )?(?:uses?|needs?|used|needed|knows?"
    r"|remembers?|looks? at|touches|touched|works? with)(?: (?:it|that|them|this))?(?: any "
    r"?more)?\b"
    r"|\b(?:won't|will not|(?:is|are)(?:n't| not) going to|will no longer) (?:need|use|be using)\b"
    r"|\b(?:nobody|no one|no-one) should (?:have|use|need)\b"
    r"|\b(?:is no longer|is(?:n't| not)) (?:here|with us|at the company|on the team)\b"
    r"|\bno longer (?:used?|needed?|need|required|supported|maintained|use|works?|working)\b"
    r"|\b(?:do"
    r"|does)(?:n't| not) (?:need|use|have)\b(?=.*\bany ?more\b)"
    r"|\bcan(?:not|'t| not) (?:connect|reach|log ?in|access|work|see|find|open the page"
    r"|load)\b|\bany ?more\b|\bwithout (?:any )?(?:luck|success)\b"
)
# What people are kept from doing.
CANNOT = re.compile(
    r"(?:we|i|they|(?:(?:the|our|some|many) )?(?:users|people|customers|colleagues|developers"
    r"|interns|students|admins)) (?:can't|cannot|can not) (?:log ?in|connect|work|see anything"
    r"|(?:reach|access|open|load|see|find) (?:it|them|anything|the (?:page|website|site|data)))"
    r"(?: (?:any ?more|at all|right now|again|since (?:yesterday|this morning|last week)))*"
    r"|which (?:nobody|no one) (?:uses|needs)(?: any ?more)?"
)
# That nobody needs a thing leads only to its going.
UNUSED = re.compile(
    r"\b(?:nobody|no one|no-one|no longer|none of us|any ?more|(?:do|does|did)(?:n't| not) "
    r"(?:need|use)|(?:is|are)(?:n't| not) (?:\w+ )?(?:needed|used|required|in use|maintained"
    r"|supported)"
    r"|obsolete|retired|retiring|unused|deprecated|left|leaves|leaving|gone)\b"
)
# What takes back, after a request, what was asked for, or leaves nothing to do.
COMMENTS = re.compile(
    r"\b(?:this|that)\Z|^(?:this|that|that's|these|those)\b"
    r"|^it (?:is |was )?(?:again )?"
    r"(?:start(?:s|ed)|works?|worked|working|up|healed|fixed|meant|for|a test)\b"
    r"|\b(?:message|mail|e-?mail|ticket|request|idea|change) (?:was|is|came)\b"
    r"|\b(?:over|away|disappeared|vanished|recovered|back|closed|ended|schedules?|meetings?)\b"
)
# What has to be in what is told after a request, so that it says why.
CAUSES = re.compile(
    r"\b(?:chang(?:e|es|ed)|updated?|upgraded?|renewed|modified|edited|replac(?:e|es|ed|ing)|swapp(?:ed|ing)|migrat(?:e|es|ed|ing)|maintenance|doubled|tripled"
    r"|grew|grows|growing|increased|rising|problems?|issues?|troubles?|errors?|outage|crash\w*"
    r"|slow\w*|hang(?:s|ing)?|hung|stuck|dead|died|dies|down|fail\w*|broken?|complain\w*"
    r"|respond\w*|answer\w*|react\w*|reach|connect|leak\w*|full|fills?|stopped|free|taken|missing"
    r"|vulnerab\w+|advisory|audit|cop(?:y|ied)|archived|backed up|fine|urgent|joined|started on"
    r"|resign\w*|quit)\b"
)
# What one owns or is given may be meant to be made so: "he needs admin rights".
HAZARD = re.compile(
    r"\b(?:needs?(?! (?:it|them|this|that|the space|the room|more space|some space|help)\b)|rights?"
    r"|ask(?:s|ed)? (?:for|to)(?! (?:it|this|that|them)\b)|requested|demanded|wants|newest|latest"
    r"|releases?|too\Z|as well|permissions?|privileges?|access|admin|root|sudo|not|no|never"
    r"|none|nothing|nobody|neither|nor|without|except|excluding|only|instead"
    r"|rather|but not|unless|if|when|whenever|until|till|once|while|whether"
    r"|otherwise|actually|wait|oops|correction|scratch|meant|should|must|shall|ought|could"
    r"|can|may|might|can't|cannot|please|pls|plz|kindly|tomorrow|tonight"
    r"|later|next|soon|eventually|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|weekend|midnight|noon|every|each|both|everything|rest|other|others|another one|same"
    r"|exactly"
    r"|at least|at most|least|most|before|until|cancel|cancelled|canceled|skip|avoid|forbid"
    r"|forbidden|stop(?:ping)? doing|leave it|except|keep (?:it|the|them|that|this)|stay"
    r"|stays|remain|remains"
    r"|still (?:need|needs|use|uses|want)|going to|gonna|about to|want(?:s|ed)? to|need(?:s"
    r"|ed)? to|has to|have to|had to|supposed|ideally|preferably|prefer|prefers|like to|let's"
    r"|let us|how|what|why|where|which (?:should|must|has|is to)|am|pm|o'clock"
    r"|reboot|rebooting|format|wipe|backup first|rollback|roll back|minds?|versions?|older"
    r"|newer|environments?|staging|prod|production|regions?|zones?|racks?|it's for|it is for"
    r"|they're for|maybe|perhaps|one|two|three|four|five|six|seven|eight|nine|ten|dozen|twice"
    r"|half|wrong|mistakes?|lied|approv\w+|pending|undecided|confirm\w*|on hold|withdrawn|withdrew"
    r"|object(?:s|ed)|disagree\w*|oppos\w+|against|breaks|ignore|forget|disregard|decided|done"
    r"|did (?:it|that|this|so)"
    r"|already\Z|plan|jok(?:e|es|ed|ing)|kidding|solved|resolved|finished|completed"
    r"|fixed (?:it|that|this)|(?:said|wrote|suggested|proposed|claimed|thinks?)"
    r"(?: (?:it|so|that|this))?\Z|dry|examples?|rehears\w+|drill|hypothetical\w*|duplicates?"
    r"|rejected|refused|declined|still (?:running|working|going)|in progress|ongoing|in use"
    r"|being used|backups? (?:is|are)|people are|requests? was|tickets? was)\b|n't\b|[?%$€\"{}]"
)
