"""The words of menus, buttons and credits around an article, each the whole of a line. Only patterns."""

from __future__ import annotations

import re

SECTIONS = re.compile(
    r"(?:(?:top |latest |breaking |local |world |uk |us |all )?(?:news|stories|headlines)|sports?|business|world"
    r"|politics|culture|arts?|opinion|comment|tech(?:nology)?|science|health|travel|lifestyle|life|style"
    r"|entertainment|money"
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
    r"|nyheder|uutiset|kotimaa|ulkomaat|urheilu|ニュース|社会|政治|経済|国際|スポーツ|文化|新闻|国内|国际|财经"
    r"|体育|뉴스|정치"
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
    r"|印刷(?:する)?|シェア(?:する)?|ツイート|ポスト|ブックマーク|保存|スクラップ|打印|分享(?:到)?|收藏|字号"
    r"|複製連結|공유(?:하기)?"
    r"|인쇄(?:하기)?|스크랩|글자 ?크기"
    r"|[(（\[【]?(?:责任编辑|責任編輯|责编|責編|编辑|編輯|编审|校对|来源|來源)\s?[:：]\D{1,30}"
    r"|مشاركة|شارك|طباعة|حفظ|نسخ الرابط|استمع",
    re.IGNORECASE,
)
"""What is done with an article: to comment on it, to print, to keep, to hear it."""

CREDIT = re.compile(
    r"(?:source|quelle|fuente|fonte|bron|źródło|zdroj|джерело|источник|kaynak|lähde|källa|kilde|来源|來源|出典|出处"
    r"|出處|稿源|来自|编辑|編輯|责任编辑|責任編輯|责编|責編|编审|校对|浏览(?:次数|量)?|瀏覽|阅读量?|閱讀"
    r"|点击(?:数|量)?|點擊"
    r"|字号|字體|출처|المصدر)\s*[:：]\s*\S.{0,60}",
    re.IGNORECASE,
)
"""Where a text comes from, who edited it, and how often it was read."""
