"""The words that pages put around an article, in the languages that our dates are read in. Only patterns."""

from __future__ import annotations

import re

AGO = re.compile(
    r"(?:\d+|an?|one|eine[rnm]?|une?|un[ao]?|um[a]?) ?(?:m|min|mins|minutes?|h|hrs?|hours?|d|days?|weeks?"
    r"|months?) ago|vor \w+ (?:minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?)|il y a \w+ \w+|hace \w+ \w+"
    r"|há \w+ \w+|\w+ \w+ (?:fa|назад|тому|temu|geleden|önce|sedan|siden)|\d+ ?(?:分|時間|日|小时|小時|分钟|分鐘|天)前"
    r"|\d+ ?(?:분|시간|일) ?전|(?:منذ|قبل) \w+(?: \w+)?",
    re.IGNORECASE,
)
"""A moment told by its distance: "2 hours ago"."""

MOMENT = re.compile(
    r"(?:today|yesterday|heute|gestern|aujourd'hui|hier|hoy|ayer|oggi|ieri|hoje|ontem|сегодня|вчера"
    r"|сьогодні|вчора|dziś|dzisiaj|wczoraj|dnes|včera|vandaag|gisteren)(?:,? \D{0,5}\d{1,2}[:.]\d\d)?"
    r"|(?:\d{1,2}\.? [^\W\d_]{3,12}\.?|[^\W\d_]{3,12}\.? \d{1,2}),? (?:\D{0,4})\d{1,2}[:.]\d\d|\d{1,2}:\d\d",
    re.IGNORECASE,
)
"""A moment of a day that isn't told: "14:05", "12 July, 14:05"."""

UPDATED = re.compile(
    r"^\W*(?:(?:(?:last|latest|zuletzt|letzte|dernière|última|ultimo|ultima|ostatnia|poslední|последнее"
    r"|востаннє|senast|sidst|sist)\s+)?(?:updated?|modified|edited|aktualisiert|aktualisierung|geändert|mise? à jour"
    r"|mis à jour|modifiée?|modification|actualizad[oa]|actualización|modificad[oa]|atualizad[oa]|atualização"
    r"|aggiornat[oa]|aggiornamento|modificat[oa]|bijgewerkt|gewijzigd|zaktualizowano|aktualizacja|aktualizováno"
    r"|aktualizace|upraveno|обновлено|обновление|изменено|оновлено|оновлення|змінено|güncellen\w*|güncelleme"
    r"|uppdaterad|ändrad|opdateret|oppdatert|endret|päivitetty|actualizat|frissítve|ενημερώθηκε|stand)\b"
    r"|(?:最終)?更新|(?:最終)?修正|最后更新|수정|최종\s?수정|تم التحديث|آخر تحديث|تحديث)|\d.*(?:更新|修正|수정)$",
    re.IGNORECASE,
)
"""What a date line looks like that tells of a change."""

BYLINE = re.compile(
    r"(?:(?P<sure>(?:written |reported |story |words |text |posted )by|authors?|autor(?:in|en|a|es|zy)?|auteure?s?"
    r"|autore|reporter|text|texte|texto|testo|tekst|автор[иы]?|авторка|текст|yazar|tekijä|συντάκτης)\s*[:\-–]?"
    r"|(?P<word>by|von|par|por|di|da|door|av|af|od|de)(?:\s?:)?)\s+(?P<names>\S.*)"
    r"|(?P<from>بقلم)\s*:?\s+(?P<by>\S.*)"
    r"|(?P<label>كتبت?|[إا]عداد|تقرير|الكاتبة?|نویسنده|מאת|लेखक|作者|记者|記者|撰文|文|取材|執筆|글|기자)\s?[:：]\s*(?P<named>\S.*)",
    re.IGNORECASE,
)
"""A line that names authors; whether the names look like names is another question."""

PARTICLES = frozenset(
    "von van de der den del della di da du la le dos das do el al bin ibn ter ten zu zur af av y e i d' ben".split()
)
"""What stands in lower case inside names."""

ROLE = re.compile(
    r"(?i)\b(?:correspondents?|editors?|reporters?|writers?|staff|columnist|contributor|journalist\w*|producer"
    r"|korrespondent\w*|redak\w*|редактор\w*|кореспондент\w*|корреспондент\w*|журналіст\w*|журналист\w*"
    r"|correspons\w+|correspondant\w*|rédac\w*|redac\w*|dziennikar\w*|giornalist\w*|periodista)\b"
)
"""Words that make a part of a byline an office and no name."""

NAMES = re.compile(r"\s*(?:,|;|/|&|\+|、|，|\s(?:and|und|et|y|e|i|en|och|og|ja|a|и|і|та|й|ve|with|mit|avec|con)\s)\s*")
"""What stands between two names."""

SOURCE = re.compile(
    r"(?:(?:source|link|url|permalink|original|canonical|address|quelle|lien|fuente|enlace|fonte|bron|źródło|zdroj"
    r"|kaynak|джерело|посилання|источник|ссылка|оригінал|оригинал)\s*:\s*)?<?(?P<url>https?://[^\s<>]+)>?",
    re.IGNORECASE,
)
"""A line that is nothing but an address."""

RIGHTS = re.compile(
    r"©|\(c\)\s*\d{4}|\bcopyright\b|\ball rights reserved\b|alle rechte vorbehalten|tous droits réservés"
    r"|(?:todos los derechos|todos os direitos) reservados|tutti i diritti|alle rechten voorbehouden"
    r"|wszelkie prawa|wszystkie prawa|všechna práva|все права (?:защищены|сохранены)|(?:всі|усі) права захищен"
    r"|tüm hakları|جميع الحقوق"
    r"|حقوق (?:النشر|الطبع)|無断(?:転載|複製)|版权所有|版權所有|무단 ?전재|저작권자|alla rättigheter"
    r"|kaikki oikeudet|toate drepturile|minden jog",
    re.IGNORECASE,
)
"""What a line about rights has in it."""

TAGS = re.compile(
    r"(?:tags?|topics|keywords|themen|schlagw(?:orte|örter)|stichworte|mots[- ]clés|étiquettes|etiquetas|temas"
    r"|palabras clave|tagi|słowa kluczowe|теги|ключевые слова"
    r"|الكلمات (?:المفتاحية|الدلالية)|كلمات (?:مفتاحية|دلالية)|タグ|标签|標籤|关键词|關鍵字|태그|ключові слова"
    r"|štítky|etiketler|parole chiave)"
    r"\s*[:：]\s*(?P<tags>\S.*)",
    re.IGNORECASE,
)
"""A line that lists tags."""

READING_TIME = re.compile(
    r"(?:[^\W\d_]+[ :]+){0,3}\d+[ -]*(?:min\w*\.?|хв\w*|мин\w*|dk)(?: [^\W\d_]+){0,2}", re.IGNORECASE
)
"""How long reading takes: "5 min read"."""

CRUMBS = re.compile(r"[^.!?>›»]{1,40}(?:\s*[>›»]\s*[^.!?>›»]{1,60}){1,5}")
"""The path to a page: "Home > World > Asia"."""

FURNITURE = re.compile(
    r"(?:follow|find|like|join|contact|about)(?: \w+)? us(?: (?:on|in|at)\b.{0,60})?"
    r"|follow .{0,30}\bon (?:x|twitter|facebook|instagram|telegram|google news|linkedin|whatsapp|threads"
    r"|mastodon)|folgen sie uns.{0,30}|folge uns.{0,30}|suivez-nous.{0,30}|s[ií]guenos.{0,30}|siga-nos.{0,30}"
    r"|seguici.{0,30}|volg ons.{0,30}|obserwuj nas.{0,30}|sledujte nás.{0,30}|підписуйтес[ья].{0,60}"
    r"|подписывайтесь.{0,60}|стежте за нами.{0,30}|bizi takip.{0,30}"
    r"|(?:share|teilen|partager|compartir|compartilhar|condividi|delen|udostępnij|sdílet|поділитися"
    r"|поширити|поделиться|paylaş|dela|jaa)(?: (?:this|on|via|it|der|cet|diesen|auf|artikel|article|story"
    r"|page)\b.{0,40})?"
    r"|(?:sign up|subscribe|log ?in|sign in|register|newsletters?|abonnieren|s'abonner|suscr[ií]bete"
    r"|assine|iscriviti|підписатися|подписаться|zapisz się|anmelden|inscription)(?: (?:to|for|now|our|zum"
    r"|here|today|à|a)\b.{0,60})?"
    r"|(?:facebook|twitter|x|instagram|telegram|youtube|linkedin|whatsapp|tiktok|threads|mastodon|bluesky"
    r"|rss|viber|pinterest|reddit|e-?mail|print|copy link)(?:(?:\s*[|/,·•]\s*|\s+)(?:facebook|twitter|x"
    r"|instagram|telegram|youtube|linkedin|whatsapp|tiktok|threads|mastodon|bluesky|rss|viber|pinterest"
    r"|reddit|e-?mail|print))*"
    r"|(?:privacy|cookies?|terms|legal|imprint|impressum|datenschutz|kontakt|contact|kontakty|agb"
    r"|aviso legal|contacto|mentions légales|contactez-nous|confidentialité|política de .{0,30}"
    r"|privacidad|chi siamo|über uns|about|advertise|careers|help|sitemap|polityka prywatności|regulamin"
    r"|контакти|контакты|про нас|о нас|реклама на сайті|політика .{0,40}|политика .{0,40}"
    r"|правила .{0,40})(?: (?:policy|settings|notice|of (?:use|service)|(?:and|&) .{0,40}|with us))?"
    r"|advertisements?|advertising|sponsored(?: content)?|ads?|anzeige|werbung|publicité|publicidad"
    r"|publicidade|pubblicità|advertentie|reklama|реклама|reklam|головна|главная|startseite|accueil|inicio"
    r"|início|strona główna|domů|skip to (?:main )?content|menu|home|search|back to top|nach oben"
    r"|print(?: this)?(?: article)?|listen(?: to .{0,40})?|save|comments?(?: \(?\d+\)?)?"
    r"|\d+ (?:comments?|shares?|views)|read (?:more|full story)|weiterlesen|lire la suite|leer más"
    r"|czytaj więcej|читати далі|читать далее|load more|show more|mehr laden"
    r"|(?:back|next|previous)(?: (?:article|story|page))?|from the section .{1,40}"
    r"|[-–—*]{1,3}\s?(?:ends?|ende|fin|30)\s?[-–—*]{1,3}",
    re.IGNORECASE,
)
"""Menus, buttons and notices around an article, each the whole of a line."""

RELATED = re.compile(
    r"(?:more|latest|other|further|related|similar|recommended|popular|trending|top|most)\s+(?:(?:on|from"
    r"|in|about)\s+)?(?:(?:this|the|our|your|same|read|viewed|popular|recent|latest|related|top"
    r"|news)\s+)*(?:theme|topic|topics|subject|stories|story|articles?|news|coverage|posts?|content"
    r"|reading|headlines|read|viewed|popular|section|links|reads)(?: (?:on|from|in|for) .{1,30})?|related"
    r"|read (?:more|also|next|on)|see also|also (?:read|on .{1,30})"
    r"|you (?:may|might) (?:also )?(?:like|be interested.{0,10})|further reading|more on this"
    r"|more from .{1,40}|recommended(?: for you)?|what to read next|don't miss|up next|trending(?: now)?"
    r"|latest(?: updates)?|editor'?s'? (?:picks?|choice)|in other news|keep reading|most read|must reads?"
    r"|mehr (?:zum|zu diesem) thema|mehr zu .{1,30}|mehr (?:aus|von) .{1,30}"
    r"|weitere (?:artikel|meldungen|nachrichten|themen|beiträge)|lesen sie auch|auch interessant"
    r"|das könnte (?:sie|dich) auch interessieren|zum thema|ähnliche artikel|meistgelesen"
    r"|verwandte (?:themen|artikel)|mehr lesen|passend zum thema|siehe auch|aktuelle (?:nachrichten|meldungen)"
    r"|(?:à )?lire (?:aussi|également|plus)|sur le même (?:sujet|thème)"
    r"|articles (?:liés|similaires|connexes|recommandés)|voir aussi|à voir aussi|les plus lus|plus d'articles"
    r"|dans la même rubrique|à découvrir|más (?:noticias|información|sobre .{1,30}|leídas?|leído)|lea también"
    r"|lee también|leer también|te puede interesar|noticias relacionadas|artículos relacionados"
    r"|relacionad[oa]s|ver también|ver tambien|además|lo más leído|leia (?:também|mais)|veja também"
    r"|mais (?:notícias|lidas|sobre .{1,30})|notícias relacionadas|saiba mais|leggi anche|articoli correlati"
    r"|notizie correlate|potrebbe interessarti(?: anche)?|ti potrebbe interessare|altre notizie|vedi anche"
    r"|i più letti|approfondimenti|lees (?:ook|meer|verder)|meer (?:over .{1,30}|nieuws)"
    r"|gerelateerd(?:e artikelen)?|zie ook|meest gelezen|zobacz (?:także|też|również)"
    r"|czytaj (?:także|też|również|więcej)|przeczytaj (?:także|też|również)|powiązane(?: artykuły)?"
    r"|podobne (?:artykuły|tematy)|więcej na ten temat|najczęściej czytane|polecane|polecamy"
    r"|čtěte (?:také|též|dále)|mohlo by vás zajímat|související(?: články)?|další (?:zprávy|články)"
    r"|nejčtenější|читайте (?:також|также|ещ[её]|ще)|(?:ще|більше|ещ[её]|больше) (?:за|по|на) тем(?:ою|е|у)"
    r"|(?:за|по) тем(?:ою|і|е)|схожі (?:новини|матеріали|статті)"
    r"|(?:похожие|связанные) (?:новости|материалы|статьи)|пов'язані (?:новини|матеріали|статті)|останні новини"
    r"|последние новости|інші новини|другие новости|вас може зацікавити|вам может быть интересно"
    r"|головні новини|главные новости|популярн[еоі]е?|дивіться також|смотрите также|новини за темою"
    r"|ilgili haberler|bunlar da ilginizi çekebilir|ayrıca (?:bakın|okuyun)|diğer haberler|son haberler"
    r"|läs (?:också|även|mer|vidare)|relaterat|les også|læs også|lue (?:myös|lisää)|citește (?:și|mai mult)"
    r"|olvassa el.{0,10}|kapcsolódó.{0,20}|διαβάστε (?:επίσης|ακόμη|ακόμα)|σχετικά (?:άρθρα|νέα)"
    r"|(?:この記事の?)?関連(?:記事|ニュース|リンク|トピックス?|コンテンツ|特集|情報)"
    r"|(?:あわせて|合わせて|併せて|次に|一緒に)読みたい(?:記事)?"
    r"|(?:こちら|この記事)も(?:おすすめ|どうぞ)|(?:編集部の)?(?:おすすめ|オススメ)の?記事"
    r"|(?:人気|注目|新着|最新)(?:の?記事|ニュース)|アクセスランキング"
    r"|(?:相关|相關|延伸|推荐|推薦|热门|熱門|更多|最新)(?:新闻|新聞|阅读|閱讀|文章|报道|報導|推荐|推薦|链接|消息|内容)|猜你喜欢|看更多"
    r"|(?:관련|추천|인기|많이 본|최신) ?(?:기사|뉴스)|(?:함께|같이) (?:볼|읽을)만한 (?:기사|뉴스)"
    r"|[إا]قرأ (?:[أا]يض[اًا]+|المزيد|كذلك)|(?:شاهد|طالع|انظر) (?:[أا]يض[اًا]+|المزيد)"
    r"|(?:مواضيع|موضوعات|[أا]خبار|مقالات|مواد|قصص) (?:ذات صلة|متعلقة|مشابهة|مرتبطة)|ذات صلة|المزيد(?: من .{1,30})?"
    r"|(?:قد|ربما) (?:يعجبك|يهمك|تهمك)(?: [أا]يض[اًا]+)?|ال[أا]كثر (?:قراءة|مشاهدة|تداولا)|[آا]خر ال[أا]خبار"
    r"|(?:بیشتر|همچنین) بخوانید|(?:مطالب|[اخ]خبار|خبرهای) مرتبط|קראו (?:גם|עוד)|כתבות נוספות|עוד בנושא"
    r"|(?:đọc|xem) thêm|(?:tin|bài)(?: viết)? liên quan|có thể bạn quan tâm|baca (?:juga|selengkapnya)"
    r"|(?:berita|artikel) terkait|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม"
    r"|(?:ये|यह) भी पढ़ें|संबंधित (?:खबरें|ख़बरें|लेख)|और पढ़ें"
    r"|pročitajte (?:još|i|više)|povezan[eio](?: vijesti| članci)?|прочетете (?:още|също)|preberite (?:še|tudi)"
    r"|loe (?:ka|lisaks)",
    re.IGNORECASE,
)
"""Headings of lists of other stories."""
