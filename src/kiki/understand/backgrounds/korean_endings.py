"""How Korean clauses end that only tell or give a reason, and the words that make them more.

Read by ``korean``. Closed classes of words and endings; what stands before them is free, as long as
none of ``HAZARD`` is in it.
"""

import re
import unicodedata

# A reason, whatever its verb: -니까, 때문에, -더니, -길래.
_ALWAYS = re.compile(
    r"(?:니까|셔서|때문에|때문이라|탓에|덕분에|덕에|므로|길래|느라|느라고|고 ?해서|고 ?하셔서|고 "
    r"?하여|고 ?해|고 ?하니|고 ?합니다"
    r"|것 같아서|거 같아서|듯해서|듯 해서|나 ?봐서|[가-힣] ?건이라|인지라|터라|거라|거라서"
    r"|건데)(?:요|는)?"
    r"(?: ?(?:그런데|그러는데|그런 건데|그런건데|그렇습니다|그래요|그럽니다)요?)?\Z"
)
_THEREFORE = re.compile(
    r"[가-힣]서(?:요)? ?(?:그런데|그러는데|그런 건데|그런건데|그렇습니다|그래요|그럽니다)요?\Z"
)
# -아서 of what is so or happens by itself is a reason; 암호화해서 would say how.
_SO = re.compile(
    r"(?:져|새|많아|적어|느려|부족해|부족하여|없어|있어|급해|바빠|같아|안 ?돼|안 ?되어|못 ?해"
    r"|생겨|들어와|와|차|먹어|먹고 ?있어|늘어|늘어나"
    r"|줄어|줄어들어|떨어져|죽어|막혀|깨져|터져|밀려|꼬여|오래돼|오래되어|낡아|바뀌어|바껴"
    r"|끝나|높아|낮아|커|모자라|심해|이상해|불안정해"
    r"|몰라|헷갈려|떠|보여|나와|걸려|끊겨|튀어|틀려|틀어져|어긋나|달라|섞여|늦어|늦어져|길어져|힘들어|어려워|불편해|않아|받아|시급해|촉박해"
    r"|발견돼|발견되어|확인돼|잦아|쌓여|필요해"
    r"|예정이어|예정이라|처음이라|문제가 ?나|장애가 ?나|오류가 ?나|에러가 ?나|난리여|궁금해"
    r"|필요하셔서|중요해|하게 ?돼|하게 ?되어)서(?:요)?\Z"
    r"|(?:이라|[가-힣]라서)(?:요)?\Z"
)
# -(으)니 of what is so or has happened: "상태가 이상하니". Of what one does it asks: "설치하니?".
_AS = re.compile(
    r"(?:이상하|부족하|불안정하|급하|시급하|필요하|느리|심하|많으|적으|크|작으|높으|낮으|있으|없으|같으|바쁘"
    r"|예정이|상태이|상황이|중이)니\Z"
)
# The same of what has happened, "바꿨으니", and -아서 of what is not so, "백엔드에 못 붙어서요".
_HAPPENED = re.compile(r"(?P<past>[가-힣])으니\Z")
_NOT_SO = re.compile(r"(?:\A| )(?:안|못) ?[가-힣]{1,4}(?<![고면에])서(?:요)?\Z")
_THOUGH = re.compile(
    r"(?:있|없|같은|인|던|모르겠|잘 ?모르겠|많은|느린|급한|바쁜|부족한|높은|낮은|큰|작은|려는"
    r"|다는|라는|된다는|이상한)데(?:요)?\Z"
    r"|(?:있는|없는|모르겠는|않는)데(?:요)?\Z"
)
_PAST_ENDS = (
    "습니다|어요|어|네요|네|음|다|거든요|거든|답니다|대요|다네요|다고 ?합니다|다고 ?하네요"
    "|다고 ?해요|더라고요|더라구요|더라고|더라구"
    "|지요|죠|는데|는데요|던데|던데요|더니|잖아요|나 ?봐요|군요|고요|구요"
)
_PAST = re.compile(rf"(?P<past>[가-힣])(?:{_PAST_ENDS})\Z")
# What one has noticed or heard can't be asked for.
_NOTICED = re.compile(
    r"(?:네요|더라고요|더라구요|더라고|더라구|던데요|거든요|군요|잖아요|나 ?봐요|대요"
    r"|다네요|랍니다|답니다|다고 ?합니다|다고 ?하네요"
    r"|다고 ?해요|라고 ?합니다|라고 ?하네요|라고 ?해요)\Z"
)
_STATE = re.compile(
    r"(?:(?:있|없|많|적|같|높|낮|작|크|싫|않)(?:습니다|어요|아요|음|네요|다)"
    r"|커요|느려요|느립니다|느림|급해요|급합니다|급함|바빠요|바쁩니다|부족(?:해요|합니다|함)"
    r"|심해요|심합니다|이상(?:해요|합니다|함)"
    r"|불안정(?:해요|합니다|함)|안 ?(?:돼요|되요|됩니다|됨|씀|써요|씁니다|떠요|뜹니다|뜸"
    r"|먹어요|먹힙니다|올라와요|올라옵니다)"
    r"|못 ?(?:합니다|해요|함)|먹음|먹어요|먹습니다|바뀜|끝남|늘어남|터짐|죽음|막힘|느려짐"
    r"|먹통(?:입니다|이에요|임)"
    r"|안 ?써|(?:휴직|퇴사|퇴직|복직|복귀|파견|휴가|전배|이직)"
    r"(?:입니다|이에요|예요|임|했어요|하셨어요)"
    r"|(?:조치|대응|사항|이슈|작업|요건|정책|지침|대비|준비|목적|차원|과정|중|상황|상태|일환|건)(?:입니다|이에요|예요|임|이라서요|이라서)"
    r"|몰라요|모릅니다|급한 ?건입니다|급한 ?건이에요|처음입니다|처음이에요)\Z"
)
# Thanks, apologies and wishes that close or open a message.
_KIND = re.compile(
    r"(?:감사(?:합니다|해요|드립니다|드려요|하겠습니다|드리겠습니다|했습니다|함다)?"
    r"|고맙(?:습니다|겠습니다)|고마워요?|죄송(?:합니다|해요|하지만|한데"
    r"|한데요|합니다만|스럽습니다|스럽지만)|미안(?:해요|합니다|하지만|한데)|실례(?:합니다"
    r"|하겠습니다|지만|했습니다)|수고(?:하세요|하십니다|하십시오"
    r"|많으십니다|많으세요|하셨습니다)|(?:수고|고생) ?많으(?:십니다|세요|셨습니다|시네요)"
    r"|고생(?:하십니다|하세요|하셨습니다)"
    r"|반갑습니다|안녕하(?:세요|십니까|신가요)|처음 ?뵙겠습니다"
    r"|좋은 ?(?:하루|오후|아침|저녁|주말|한 ?주) ?(?:되세요|보내세요|되십시오|보내십시오"
    r"|입니다|이에요)"
    r"|(?:하루|오후|주말|한 ?주|날) ?(?:되세요|보내세요|되십시오|보내십시오)|건강하세요|잘 "
    r"?지내(?:시죠|세요|셨어요|셨나요)|드림|올림|배상)\Z"
)
# What goes with thanks and apologies: 정말, 매번, 도와주셔서, 바쁘신데.
_WARM = re.compile(
    r"\A(?:정말|늘|항상|매번|미리|대단히|너무|진심으로|다시|한번|다들|모두|오늘도|그럼|그러면|참|무척|매우|깊이|또|번번이"
    r"|자꾸|갑자기|급하게|바쁜|와중에|중에|빠른|처리|대응|협조|도움|관심|확인|시간에|늦은|이른|주말에|휴일에|여러모로|귀찮게)\Z"
    r"|(?:셔서|려서|해서|하여|신데|실텐데|께|님|드려|요|다|도|해)\Z"
)
_CHANGED = re.compile(
    r"(?:바뀌|바뀜|바꿨|바꼈|바뀐|변경|고쳤|고친|수정|갱신|교체|옮겼|이전했|이전됐|업데이트|올렸|받았|늘렸|줄였|손봤|손댔|개편|이관|증설|만료|발급)"
)
_ROLE = re.compile(
    r"(?:담당|담당자|엔지니어|개발자|인턴|사원|신입사원|대리|과장|차장|부장|선임|책임|매니저|운영자|교수|조교|학생|연구원)"
    r" [가-힣]{2,4}(?:입니다|이에요|예요|라고 ?합니다|이라고 ?합니다|인데요)\Z"
)
_AFFILIATION = re.compile(
    r"(?:팀|부서|본부|실|센터|파트|연구소|사업부|지점|지사|학과|연구실|회사|그룹|유닛|셀"
    r"|스쿼드|랩|부|과|처|국)(?:의|에서 ?일하는|에 ?있는|소속|소속의|의 ?신입)?"
    r" ?(?:[가-힣]{2,4} ?)?(?:[가-힣]{0,3}(?:님|사원|대리|과장|차장|부장|선임|책임|수석"
    r"|매니저|팀장|파트장|실장|주임|인턴|연구원|교수|조교|엔지니어|개발자|담당|담당자"
    r"|운영자))?"
    r" ?(?:입니다|이에요|예요|라고 ?합니다|이라고 ?합니다|인데요|입니다만|임다|이라고 ?해요)\Z"
)
# Request endings after which another sentence may follow with no mark between.
CLOSES = re.compile(
    r"(?:주세요|주셔요|주십시오|줘|줘요|주라|주시죠|드립니다|드려요|바랍니다|부탁|부탁해요?"
    r"|부탁합니다|주세여|주세용|십시오)\Z"
)
# Words and endings that set a condition, a time or a limit, count, ask, forbid, or request.
HAZARD = re.compile(
    r"(?:\A(?:혹은|또는|아니면|아마|어쩌면|말고|말구|빼고|빼|제외|외에|대신|만약|혹시|아니|아뇨|잠깐|정정|취소|금지|절대"
    r"|전체|모든|모두|전부|각각|각|둘|양쪽|나머지|일부"
    r"|몇|여러|내일|모레|글피|이따|나중|오늘|오전|오후|새벽|밤에|밤부터|저녁|자정|정오|낮에"
    r"|주말|매일|매주|매월|매달|매시간|매년|다음주|다다음"
    r"|담주|담달|조만간|월요일|화요일|수요일|목요일|금요일|토요일|일요일|부탁|요청|신청|의뢰"
    r"|요망|바람\Z|필수|어떻게|왜\Z|언제|누가|무엇|무슨"
    r"|승인|확정|결재|허가|컨펌|보류|미정|미확정|검토|합의|뭐|뭘|얼마|어느|어떤|운영(?!팀|자)|개발(?!팀|자|하|되|된)|스테이징|상용|리전|존에|망에"
    r"|하나씩|하나만|따로|똑같|동일|원래|다시는"
    r"|이미|벌써|해결|완료|잘못(?!되|돼|됐|된)|실수|착오|오발송|농담|장난|예시|예문|인용|철회|반려|기각|라고|이라고"
    r"|그랬|그러(?!면|니|므|나|는데|는 데)|의견|제안|반대|싫어|후회|우려|처리(?:했|됐|되었))"
    r"|(?:면|면은|려면|거나|든지|든가|경우|경우에|시에|때에|때만|때는|때마다|때까지|까지"
    r"|까지만|만|만은|만이|마다|대로|하지|말고|말아|마세요|마라"
    r"|마십시오|말기|마시고|뒤에|후에|이후에|이후|전에|동안|나요|까요|는가요|을래요|게끔|도록"
    r"|않게|못하게|아닌|아니고|아니라|요일|요일에|(?:센터|지점|지사|구역|전산실|망)(?:가|이|는|은|에|에서|쪽))\Z"
    r"|주세요|주십|줘|바랍니다|바라|할게|할께|을게요|합시다|하자\Z|십시오|싶|야 ?하|야 ?해|야 "
    r"?합|야 ?돼|야 ?됩|야겠|야죠|좋겠|달라|시켜|부탁|야\Z)"
)
_REBOOTED = re.compile(
    r"(?:재|리)?부팅(?:하면|되면|하고 ?나면|후에|후|시에|시|할 ?때마다|될 ?때마다)"
)
_STAYS_DOWN = re.compile(
    r"(?:안|못) ?(?:올라|뜨|떠|뜬|뜹|켜|시작|실행|기동|살아)|꺼져|꺼지|내려가|죽어"
)
_FOUND = re.compile(
    r"(?:봤더니|보니|보니까|확인해 ?보니|확인해 ?보니까|확인했더니|알아보니"
    r"|알아봤더니|찾아보니)\Z"
)
_ASKED = re.compile(r"\A(?:신청|요청|부탁|문의|의뢰)(?:드리|하)는\Z")
_SAID = re.compile(r"(?:한다고|된다고|한다는|된다는|한대서|한다길래|한다네요|한다고요)")
_DIRECTS = re.compile(
    r"(?:하세요|하셈|하시오|해라|할 ?것|두세요|놓으세요|보세요|봅시다"
    r"|합니다|한다|해요|하죠|할래요)\Z"
)
_TIMES = re.compile(r"\A(?:내일|모레|오늘|이번|다음|담주|담달|다음주|주말|[월화수목금토일]요일)")
_NEGATED = re.compile(r"\A(?:안|못)\Z")
_COUNTS = re.compile(
    r"(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열|한|두|세|네) ?(?:개|대|명|군데|곳|장"
    r"|벌)(?![가-힣]*씩)"
)


def reason(text: str) -> bool:
    """Whether *text* ends as a clause that gives a reason or a background for what follows."""
    if re.search(r"고 ?나서(?:요)?\Z", text):
        return False
    if _FOUND.search(text):
        return True
    so = _SO.search(text) is not None
    return (
        bool(_ALWAYS.search(text) or _THEREFORE.search(text) or _THOUGH.search(text))
        or so
        or _AS.search(text) is not None
        or _NOT_SO.search(text) is not None
        or _has_happened(text)
        or (past(text) and bool(re.search(r"(?:는데|는데요|던데|던데요|더니|거든요)\Z", text)))
    )


def _has_happened(text: str) -> bool:
    match = _HAPPENED.search(text)
    return match is not None and _is_past(match["past"])


def _is_past(syllable: str) -> bool:
    return syllable not in "있겠" and unicodedata.normalize("NFD", syllable)[-1] == "\u11bb"


def finite(text: str) -> bool:
    """Whether *text* ends as a sentence that tells something."""
    tells = _STATE.search(text) or _NOTICED.search(text) or kind(text) or past(text)
    return bool(tells) and not _orders(text)


def affiliated(text: str) -> bool:
    """Whether *text* says whose the message is: "데이터팀 이수진입니다"."""
    return bool(_AFFILIATION.search(text) or _ROLE.search(text))


def kind(text: str) -> bool:
    """Whether *text* greets, thanks, apologises, signs, or says whose the message is."""
    if affiliated(text):
        return True
    found = _KIND.search(text)
    return found is not None and all(map(_WARM.search, text[: found.start()].split()))


def past(text: str) -> bool:
    """Whether the verb that ends *text* is in the past: 했습니다, 고쳤는데. 있 and 겠 are not."""
    match = _PAST.search(text)
    return match is not None and _is_past(match["past"])


def _tells(text: str) -> str:
    """*text* as it would end a sentence."""
    return re.sub(r"(?:으니까|으니|니까|기 ?때문에)(?:요)?\Z", "습니다", text)


def reports(text: str) -> bool:
    """Whether *text* says what has changed: 바꿨으니까, 바뀜."""
    return (past(_tells(text)) or text.endswith("바뀜")) and _CHANGED.search(text) is not None


def found(text: str) -> bool:
    """Whether *text* is a whole clause by itself: 봤더니."""
    return _FOUND.fullmatch(text) is not None


def _orders(text: str) -> bool:
    return _DIRECTS.search(text) is not None and not (kind(text) or _NOTICED.search(text))


def _describes(text: str) -> bool:
    """Whether *text* may describe the noun after it: 오는, 들어온, 시작할."""
    return unicodedata.normalize("NFD", text)[-1] in "\u11ab\u11af"


def for_what(text: str) -> bool:
    """Whether *text*, before a noun, says what that is to be used for: 받을, 저장할, 백업용."""
    return (text.endswith("용") and not text.endswith("전용")) or unicodedata.normalize(
        "NFD", text
    )[-1] == "\u11af"


_CAUSES = re.compile(
    r"늘었|늘어났|늘고|터졌|터짐|느려|느립|느림|장애|오류|에러|생겼|생김|많(?:아|습|음|네)|부족|급(?:해|합|함)|막혔|막힘"
    r"|죽었|죽음|먹통|취약|입사|백업 ?받|먹(?:음|어|고|네|습)"
)
_TURNS = re.compile(r"마음|생각|일정|계획|담당|사라|없어졌|정상|돌아")


def causes(text: str) -> bool:
    """Whether *text* tells what may be the cause of a request."""
    found = _CAUSES.search(text) or _CHANGED.search(text)
    return found is not None and _TURNS.search(text) is None


_USES = frozenset(("쓰고", "사용하고", "이용하고", "사용", "이용"))
_NOT = (["안"], ["못"])
# What labels a sentence, and says no more than why: "사유: ...".
_WHY = frozenset(("사유", "이유", "배경", "목적", "용도", "참고", "현상", "증상", "상황", "원인"))
_LABEL = re.compile(r"\s*[>\[(<]|\s*(?P<label>[가-힣 ]{1,12}?)\s*[:)\]]")
_DID = re.compile(r"(?:했|하였|됐|되었)(?:습니다|어요|네요|음|다|지요|죠|답니다|대요|다네요)\Z")
_WHEN_OR_WHO = re.compile(
    r"(?:어제|아까|방금|전에|오전에|오후에|지난주에?|지난번에?|그제|그저께|며칠|다|모두)\Z"
    r"|[가-힣]+(?:이|가|에서)\Z"
)


def labelled(text: str) -> bool:
    """Whether a title or a mark of quoting stands before *text*: "취소: ...", "[완료] ..."."""
    match = _LABEL.match(text)
    return match is not None and (match["label"] or "").strip() not in _WHY


def did(eojeols: list[str]) -> bool:
    """Whether no more is said than that it has been done, which may be what is asked for: 어제
    했습니다."""
    return bool(
        eojeols and _DID.fullmatch(eojeols[-1]) and all(map(_WHEN_OR_WHO.search, eojeols[:-1]))
    )


def undone(text: str) -> bool:
    """Whether *text* says that something is not done yet, which may be a condition: 백업은 아직."""
    twice = re.search(r"(?:안|못|않|없).*지(?:는|도)? ?않", text)  # "안 쓰지 않으니까"
    return (
        twice is not None
        or re.search(r"아직(?:인|입|이|\Z)|백업.*(?:중|아직|못|안)", text) is not None
    )


def counts(text: str) -> bool:
    """Whether *text* says how many of something there are to be."""
    return _COUNTS.search(text) is not None


def bars(eojeols: list[str], index: int) -> bool:
    """Whether the word at *index* makes the clause more than a background."""
    text = eojeols[index]
    following = eojeols[index + 1] if index + 1 < len(eojeols) else ""
    if text == "때문에" or text.endswith(("때문에", "모르겠는데", "모르겠는데요", "하지만")):
        return False
    if _REBOOTED.fullmatch(text) and _STAYS_DOWN.search(" ".join(eojeols[index:])):
        return False  # "docker가 재부팅하면 안 올라와요. 자동으로 시작되게 해주세요"
    if text.endswith("야") and _SAID.match(following):
        return False  # "없애야 한다고 해서"
    if _ASKED.search(text) and following.startswith(("거", "건", "것", "게")):
        return False  # "처음 신청드리는 거라"
    if text in ("오늘", "오늘부로", "오늘자로") and past(_tells(eojeols[-1])):
        return False
    if _TIMES.match(text) and any(_describes(one) for one in eojeols[index + 1 : -1]):
        return False  # "다음 주에 오는 인턴이 있는데"
    if text in _USES and following.startswith("있") and eojeols[index - 1 : index] not in _NOT:
        return True  # "다들 쓰고 있네요" is against a removal
    if text in ("라고", "이라고"):
        return True  # what was said before is somebody else's
    if text.endswith("고") and following.startswith(("해서", "하셔서", "하니", "하길래", "했")):
        return bool(re.search(r"(?:지 ?말라고|달라고|하라고)\Z", text))
    if _NEGATED.match(text):
        return (
            re.search(r"\A(?:했|한|끝|마쳤)|(?:게|도록|면)\Z", following) is not None
            or not following
        )
    return HAZARD.search(text) is not None
