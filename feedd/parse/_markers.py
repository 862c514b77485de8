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

CREDIT = re.compile(
    r"(?:source|quelle|fuente|fonte|bron|źródło|zdroj|джерело|источник|kaynak|lähde|källa|kilde|来源|來源|出典|出处"
    r"|出處|稿源|来自|编辑|編輯|责任编辑|責任編輯|责编|責編|编审|校对|浏览(?:次数|量)?|瀏覽|阅读量?|閱讀|点击(?:数|量)?|點擊"
    r"|字号|字體|출처|المصدر)\s*[:：]\s*\S.{0,60}",
    re.IGNORECASE,
)
"""Where a text comes from, who edited it, and how often it was read."""

BYLINE = re.compile(
    r"(?:(?P<sure>(?:written |reported |story |words |text |posted )by|authors?|autor(?:in|en|a|es|zy)?|auteure?s?"
    r"|autore|reporter|text|texte|texto|testo|tekst|автор[иы]?|авторка|текст|yazar|tekijä|συντάκτης)\s*[:\-–]?"
    r"|(?P<word>by|von|par|por|di|da|door|av|af|od|de)(?:\s?:)?)\s+(?P<names>\S.*)"
    r"|(?P<label>作者|记者|記者|撰文|文|取材|執筆|글|기자)\s?[:：]\s*(?P<named>\S.*)",
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
    r"|tüm hakları|alla rättigheter|kaikki oikeudet|toate drepturile|minden jog",
    re.IGNORECASE,
)
"""What a line about rights has in it."""

TAGS = re.compile(
    r"(?:tags?|topics|keywords|themen|schlagw(?:orte|örter)|stichworte|mots[- ]clés|étiquettes|etiquetas|temas"
    r"|palabras clave|tagi|słowa kluczowe|теги|ключевые слова|ключові слова|štítky|etiketler|parole chiave)"
    r"\s*:\s*(?P<tags>\S.*)",
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

SECTIONS = re.compile(
    r"(?:(?:top |latest |breaking |local |world |uk |us |all )?(?:news|stories|headlines)|sports?|business|world"
    r"|politics|culture|arts?|opinion|comment|tech(?:nology)?|science|health|travel|lifestyle|life|style|entertainment|money"
    r"|economy|markets|finance|climate|environment|education|weather|video|audio|podcasts?|live|football|books|film"
    r"|music|food|fashion|local|national|international|europe|asia|africa|middle east|uk|us|obituaries|crosswords?"
    r"|games|more|sections|topics|explore|innovation|earth|worklife|iplayer|sounds|schlagzeilen|nachrichten|politik"
    r"|wirtschaft|kultur|panorama|wissen(?:schaft)?|gesundheit|reise|regional(?:es)?|lokales|ausland|inland|meinung"
    r"|digital|netzwelt|feuilleton|gesellschaft|geld|auto|karriere|leben|ticker|mehr|actualités?|monde|politique"
    r"|économie|société|planète|idées|france|régions?|vidéos?|sciences|santé|débats|m le mag|noticias|portada|españa"
    r"|mundo|internacional|política|economía|sociedad|cultura|deportes|opinión|ciencia|tecnología|salud|gente"
    r"|televisión|vídeos?|últimas noticias|notícias|economia|esportes?|desporto|saúde|tecnologia|brasil|opinião"
    r"|ultime notizie|notizie|cronaca|esteri|politica|spettacoli|salute|scienza|nieuws|binnenland|buitenland"
    r"|economie|cultuur|regio|wiadomości|polska|świat|biznes|gospodarka|kraj|zprávy|domácí|zahraničí|ekonomika|názory"
    r"|новини|україна|світ|політика|економіка|культура|спорт|суспільство|думки|новости|россия|мир|политика|экономика"
    r"|общество|происшествия|наука|gündem|dünya|ekonomi|spor|siyaset|sağlık|nyheter|inrikes|utrikes|kultur|sport"
    r"|nyheder|uutiset|kotimaa|ulkomaat|urheilu|ニュース|社会|政治|経済|国際|スポーツ|文化|新闻|国内|国际|财经|体育|뉴스|정치"
    r"|경제|사회|문화|스포츠|الأخبار|أخبار|سياسة|اقتصاد|رياضة|ثقافة|العالم)",
    re.IGNORECASE,
)
"""Names of a site's sections, each the whole of a line."""

BUTTONS = re.compile(
    r"(?:\d+ )?(?:kommentar(?:e|er)?|kommentieren|comment(?:ary|aires?)|commenter|réagir|comentarios?|comentários?"
    r"|comentar|commenti|commenta|reacties?|reageer|reageren|komentarz[ey]?|skomentuj|komentář[ei]?|diskuse"
    r"|коментар(?:і|ів)|коментувати|комментари[ий]|комментариев|комментировать|обсудить|yorum(?:lar|la| yap)?"
    r"|kommenter|kommentit|comentarii|hozzászólás(?:ok)?|σχόλια|コメント|评论|評論|댓글|تعليقات|التعليقات)"
    r"(?: (?:schreiben|lesen|anzeigen|ansehen))?(?:\s*:?\s*\(?\d+\)?)?"
    r"|(?:(?:diesen |den )?(?:artikel|beitrag|seite) |als pdf |per e-?mail )?(?:drucken|ausdrucken|druckansicht|merken"
    r"|vorlesen|anhören|hören|speichern|verschicken|versenden|weiterempfehlen|empfehlen|verschenken|link kopieren"
    r"|link teilen)"
    r"|(?:imprimer|enregistrer|sauvegarder|écouter|envoyer|offrir|copier|imprimir|guardar|escuchar|enviar|salvar"
    r"|ouvir|copiar|stampa|salva|ascolta|copia|invia|afdrukken|bewaren|bewaar|opslaan|luister|beluister|drukuj|wydrukuj"
    r"|posłuchaj|kopiuj|vytisknout|tisk|uložit|kopírovat|роздрукувати|друкувати|друк|скопіювати|копіювати|слухати"
    r"|прослухати|распечатать|печать|скопировать|копировать|слушать|прослушать|yazdır|kaydet|dinle|kopyala|skriv ut"
    r"|lyssna|spara|udskriv|lytt?|tulosta|tallenna|kuuntele|nyomtatás|tipărește|εκτύπωση)"
    r"(?: (?:cet |el |este |la |le |l['’]|o |il |het |dit )?(?:article|artículo|artigo|articolo|artikel|artykuł|статью"
    r"|статтю|lien|enlace|link|odkaz|ссылку|посилання|par e-?mail|por (?:correo|e-?mail)))?"
    r"|印刷(?:する)?|シェア(?:する)?|ツイート|ポスト|ブックマーク|保存|スクラップ|打印|分享(?:到)?|收藏|字号|複製連結|공유(?:하기)?"
    r"|인쇄(?:하기)?|스크랩|글자 ?크기"
    r"|[(（\[【]?(?:责任编辑|責任編輯|责编|責編|编辑|編輯|编审|校对|来源|來源)\s?[:：]\D{1,30}"
    r"|مشاركة|شارك|طباعة|حفظ|نسخ الرابط|استمع",
    re.IGNORECASE,
)
"""What is done with an article: to comment on it, to print, to keep, to hear it."""

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
    r"|olvassa el.{0,10}|kapcsolódó.{0,20}|διαβάστε (?:επίσης|ακόμη|ακόμα)|σχετικά (?:άρθρα|νέα)|関連記事"
    r"|関連ニュース|相关(?:新闻|阅读|文章)|相關新聞|관련 ?기사",
    re.IGNORECASE,
)
"""Headings of lists of other stories."""
