"""Bring trade text in Chinese, English or both to one shape, so that one table of words serves all of them."""

import re
import unicodedata

MAX_TEXT_CHARS = 4_000
"""Longer texts are cut: a listing is described in its first lines, and matching stays fast on pasted reports."""

_PAIRS = (
    "鋼钢鐵铁銅铜鋁铝鋅锌鎳镍鉛铅錫锡鎂镁鈣钙鈉钠鉀钾鉻铬鎢钨鉬钼釩钒鈦钛錳锰鋰锂鈷钴銀银廢废塵尘燒烧爐炉鍋锅煙烟氣气電电煉炼鑄铸軋轧鍍镀鹼碱鹽盐滷卤漿浆紙纸樹树鋸锯絲丝織织紡纺纖纤維维膠胶輪轮劑剂"
    "溫温熱热餾馏餘余壓压縮缩資资產产業业質质雜杂漬渍濾滤餅饼礦矿開开採采選选磚砖飼饲糧粮穀谷麥麦豬猪雞鸡魚鱼蝦虾貝贝殼壳醬酱釀酿麵面飯饭廚厨處处廠厂園园區区淨净濃浓溝沟濕湿乾干顆颗塊块狀状體体積积"
    "單单價价噸吨約约為为無无與与從从內内圍围際际線线圓圆剛刚發发過过製制緩缓應应圖图網网頁页臟脏髒脏糞粪藥药機机滾滚離离氫氢氬氩顏颜塗涂裝装漲涨齊齐號号碼码極极陽阳陰阴醫医療疗隨随環环衛卫險险級级"
    "標标準准換换帶带鏽锈蝕蚀摻掺劃划創创東东協协遠远達达邊边還还這这進进運运連连鄰邻釋释鈍钝錠锭閥阀閘闸陳陈階阶雙双難难雲云靜静項项須须頻频額额顯显風风馬马驗验養养歲岁殘残毀毁滅灭滿满漁渔灑洒灘滩"
    "稱称種种穩稳窯窑窪洼筆笔簡简籠笼糰团細细終终組组結结給给絕绝統统綠绿綱纲綿绵編编緣缘緻致縫缝繩绳續续纜缆聯联聲声腦脑臨临舊旧葉叶蓋盖藍蓝蘆芦術术補补複复規规視视覺觉觀观訂订計计訊讯記记設设許许"
    "試试話话該该詳详誤误說说調调論论證证識识譯译護护變变讓让財财貨货販贩貴贵買买費费賣卖賺赚購购趕赶車车軌轨軟软較较載载輕轻輔辅輸输轉转辦办農农"
    "脫脱鑭镧鈰铈釹钕鈮铌鉭钽鉍铋鎘镉鉈铊銻锑鉑铂鈀钯銠铑釕钌鋇钡鍶锶鋯锆鉿铪鎵镓銦铟錸铼釔钇鈧钪釷钍鈾铀鈹铍廣广蘇苏滬沪漢汉濟济瀋沈遼辽寧宁龍龙贛赣閩闽粵粤瓊琼陝陕肅肃隴陇晉晋魯鲁島岛門门灣湾臺台縣县鎮镇鄉乡鄭郑鞏巩撫抚順顺"
    "錦锦營营盤盘瀘泸樂乐賓宾紹绍嶺岭瑪玛爾尔鶴鹤崗岗慶庆徑径揚扬蕪芜廈厦巖岩關关興兴穎颖濰潍萊莱棗枣莊庄濱滨鄒邹飛飞報报麩麸稈秆鹵卤觸触礫砾瀝沥銑铣螢萤燈灯條条捲卷軸轴傢家鏡镜輛辆凈净銨铵烴烃個个們们來来時时會会對对於于請请"
    "問问題题類类樣样數数總总長长寬宽強强黃黄紅红鮮鲜優优議议倉仓庫库儲储貯贮備备動动務务貿贸團团學学檢检測测據据國国華华歐欧亞亚韓韩裡里後后曆历歷历萬万億亿幾几兩两隻只張张層层棟栋畝亩頃顷擔担擴扩擇择撥拨攪搅擠挤擊击損损揀拣"
    "掃扫掛挂捨舍藝艺薦荐蘭兰虛虚蟲虫衝冲襯衬見见親亲託托詞词誠诚諾诺謹谨讀读責责賬账贈赠趨趋跡迹踐践軍军輝辉輯辑遲迟遺遗適适釘钉針针鈔钞鉗钳鉤钩鋒锋鋪铺錄录錐锥鍵键鍛锻鎖锁鏈链鏟铲鐘钟鑽钻閉闭間间閒闲聞闻隊队陸陆陣阵隱隐霧雾"
    "響响頂顶預预領领頭头飲饮飾饰館馆駐驻駛驶騰腾驅驱鬆松鴨鸭鵝鹅麗丽點点齡龄榮荣潔洁潛潜澤泽瀏浏濺溅燼烬爛烂爍烁瑣琐畫画當当礎础礙碍禮礼稅税窩窝節节範范築筑籌筹紋纹純纯紛纷紮扎絞绞絡络綁绑綜综緊紧緒绪繞绕繪绘繼继罰罚義义習习"
    "職职腸肠膚肤舉举艦舰蘋苹虧亏褲裤訓训詢询誌志諮咨譜谱豐丰貫贯賴赖贏赢躍跃輥辊辭辞遞递郵邮醃腌銘铭銷销錢钱闊阔闆板飽饱餵喂騎骑驟骤鯉鲤鹹咸齒齿龐庞龜龟銲焊鋶锍鉋刨鑿凿鉚铆鈑钣銹锈鑲镶"
)
"""Traditional characters of the trade, each followed by its simplified form."""
TO_SIMPLIFIED = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))

_SPELLINGS = (
    ("sulph", "sulf"),
    ("aluminium", "aluminum"),
    ("colour", "color"),
    ("odour", "odor"),
    ("tyre", "tire"),
    ("fibre", "fiber"),
    ("mould", "mold"),
    ("grey", "gray"),
    ("plough", "plow"),
    ("centre", "center"),
    ("litre", "liter"),
    ("oestr", "estr"),
    ("isation", "ization"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("iser", "izer"),
    ("oxidis", "oxidiz"),
    ("millscale", "mill scale"),
    ("flyash", "fly ash"),
    ("sewerage", "sewage"),
    ("co2 neutral", "climate friendly"),
    ("co2-neutral", "climate friendly"),
    ("carbon neutral", "climate friendly"),
    ("carbon-neutral", "climate friendly"),
    ("碳中和", "气候友好"),
)
_COMPOUNDS = re.compile(
    r"\b(by|co|off|waste|saw|plaster|wall|card|fish|bio|semi|paper|fire|plate|over|under|back|pre|ready|cross|re|de)"
    r"[\s-]+(product|gas|gases|water|dust|board|boards|meal|mass|gasification|mill|brick|glass|burden|fill|spray"
    r"|filling|mix|mixed|gypsum|generated|fuel|sludge|solid|solids|inking|watered)\b"
)
_TOKEN = re.compile(r"[a-zμ%]+\d*(?:[a-z]+\d*)*|\d+(?:\.\d+)?[a-z]*|[\u3400-\u9fff]")
PUNCTUATION = str.maketrans("，。；：、—–−～", ",.;:,---~")


def normalise(text: str) -> str:
    """Lower case, half-width, simplified characters; control characters become spaces."""
    folded = unicodedata.normalize("NFKC", text[:MAX_TEXT_CHARS]).lower()
    folded = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in folded)
    return folded.translate(PUNCTUATION).translate(TO_SIMPLIFIED)


def respell(folded: str) -> str:
    """Apply the spelling and compound rules to text that `normalise` has made."""
    for variant, usual in _SPELLINGS:
        folded = folded.replace(variant, usual)
    return _COMPOUNDS.sub(r"\1\2", folded)


def stem(token: str) -> str:
    """Drop an English plural; formulas and Chinese characters stay as they are."""
    if len(token) <= 3 or any(char.isdigit() for char in token) or not token.isascii():
        return token
    if token.endswith("ies"):
        return token[:-3] + "y"
    if token.endswith(("ches", "shes", "xes", "sses")):
        return token[:-2]
    if token.endswith("s") and not token.endswith(("ss", "us", "is")):
        return token[:-1]
    return token


def tokenise(respelled: str) -> list[tuple[str, int, int]]:
    """Tokens with their span: an English word or formula is one token, each Chinese character is one."""
    return [(stem(found.group()), found.start(), found.end()) for found in _TOKEN.finditer(respelled)]


def stems(respelled: str) -> list[str]:
    """The bare tokens of text that `respell` has made."""
    return [token for token, _start, _end in tokenise(respelled)]


def tokens_of(text: str) -> list[str]:
    """The bare tokens of a raw text."""
    return stems(respell(normalise(text)))
