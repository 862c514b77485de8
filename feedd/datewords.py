"""The vocabulary of dates: months, weekdays and what stands around them, in the languages that pages use.

All languages together, for no word names two months. A slash parts the months, the days and the hours.
"""

from __future__ import annotations

MONTHS = """
january jänner janvier enero gennaio janeiro januari styczeń stycznia leden ledna январь января січень січня ocak
ianuarie ιανουάριος ιανουαρίου tammikuun tammikuuta يناير كانونالثاني جانفي / february feber février febrero febbraio
fevereiro februari luty lutego února февраль февраля лютий лютого şubat februarie φεβρουάριος φεβρουαρίου helmikuun
helmikuuta فبراير شباط فيفري / march mar märz mrz mars marzo março maart mrt marzec marca březen března марта березень
березня mart marts martie március μάρτιος μαρτίου maaliskuun maaliskuuta مارس آذار / april avril abril aprile kwiecień
kwietnia duben dubna апрель апреля квітень квітня nisan aprilie április απρίλιος απριλίου huhtikuun huhtikuuta أبريل
إبريل نيسان أفريل / may mai mayo maggio maio mei maj maja květen května май мая травень травня mayıs május μάιος μαΐου
toukokuun toukokuuta مايو أيار ماي / june juni juin junio giugno junho czerwiec czerwca červen června čvn июнь июня
червень червня haziran iunie június ιούνιος ιουνίου kesäkuun kesäkuuta يونيو يونيه حزيران جوان / july juillet julio
luglio julho lipiec lipca červenec července čvc июль июля липень липня temmuz iulie július ιούλιος ιουλίου heinäkuun
heinäkuuta يوليو يوليه تموز جويلية يوليوز / august août agosto augustus sierpień sierpnia srpen srpna август августа
серпень серпня ağustos augusti augusztus αύγουστος αυγούστου elokuun elokuuta أغسطس آب أوت غشت / september septembre
septiembre setiembre settembre setembro wrzesień września září сентябрь сентября вересень вересня eylül septembrie
szeptember σεπτέμβριος σεπτεμβρίου syyskuun syyskuuta سبتمبر أيلول شتنبر / october oktober octobre octubre ottobre
outubro październik października říjen října октябрь октября жовтень жовтня ekim octombrie οκτώβριος οκτωβρίου
lokakuun lokakuuta أكتوبر تشرينالأول / november novembre noviembre novembro listopada listopadu ноябрь ноября листопад
листопада kasım noiembrie νοέμβριος νοεμβρίου marraskuun marraskuuta نوفمبر تشرينالثاني نونبر / december dezember
décembre diciembre dicembre dezembro grudzień grudnia prosinec prosince декабрь декабря грудень грудня aralık desember
decembrie δεκέμβριος δεκεμβρίου joulukuun joulukuuta ديسمبر كانونالأول دجنبر
"""
WEEKDAYS = """
monday montag mo lundi lunes lunedì segunda maandag ma poniedziałek pn pondělí po понедельник пн понеділок pazartesi
pzt måndag maanantaina luni hétfő δευτέρα 月曜日 月曜 (月) 星期一 週一 周一 월요일 (월) الإثنين الاثنين / tuesday
dienstag di mardi martes martedì terça dinsdag wtorek wt úterý út вторник вт вівторок salı tisdag tysdag tirsdag
tiistaina ti marți kedd τρίτη 火曜日 火曜 (火) 星期二 週二 周二 화요일 (화) الثلاثاء / wednesday weds mittwoch mi
mercredi miércoles mercoledì quarta woensdag wo środa śr středa st среда ср середа çarşamba onsdag keskiviikkona ke
miercuri szerda τετάρτη 水曜日 水曜 (水) 星期三 週三 周三 수요일 (수) الأربعاء / thursday donnerstag do jeudi jueves
giovedì quinta donderdag czwartek čtvrtek čt четверг чт четвер perşembe torsdag torstaina to joi csütörtök πέμπτη
木曜日 木曜 (木) 星期四 週四 周四 목요일 (목) الخميس / friday freitag fr vendredi viernes venerdì sexta vrijdag vr
piątek pt pátek pá пятница пт п'ятниця cuma fredag perjantaina pe vineri péntek παρασκευή 金曜日 金曜 (金) 星期五 週五
周五 금요일 (금) الجمعة / saturday samstag sonnabend sa samedi sábado sabato zaterdag za sobota so суббота сб субота
cumartesi cmt lördag laurdag lauantaina sâmbătă szombat σάββατο 土曜日 土曜 (土) 星期六 週六 周六 토요일 (토) السبت /
sunday sonntag so dimanche domingo domenica zondag zo niedziela nd neděle ne воскресенье вс неділя нд pazar söndag
sundag sunnuntaina su duminică vasárnap κυριακή 日曜日 日曜 (日) 星期日 週日 周日 일요일 (일) الأحد
"""
# Before the date, in any number: what the date is the date of.
LABELS = """
published publish publication posted updated update modified created date dated last first release released online
issued originally added edited revised veröffentlicht aktualisiert aktualisierung zuletzt stand datum vom erstellt
geändert publié publiée mis mise jour dernière modifié modification paru créé créée en ligne publicado publicada
actualizada modificado actualizado fecha última actualización publicación atualizado atualização data publicação
pubblicato pubblicata aggiornato aggiornata ultimo aggiornamento pubblicazione modificato modificata gepubliceerd
geplaatst bijgewerkt gewijzigd laatst opublikowano zaktualizowano aktualizacja publikacji ostatnia publikováno vydáno
zveřejněno upraveno aktualizováno aktualizace poslední опубликовано обновлено обновление изменено создано размещено
последнее дата публикации опубліковано оновлено оновлення змінено створено додано останнє публікації востаннє
yayınlanma yayınlandı yayın tarihi tarih güncellendi güncelleme son giriş oluşturulma publicerad uppdaterad senast
ändrad offentliggjort opdateret publiceret publisert oppdatert endret sist julkaistu päivitetty viimeksi publicat
actualizat actualizare postat közzétéve frissítve dátum δημοσιεύθηκε δημοσιεύτηκε δημοσίευση ενημερώθηκε ενημέρωση
τελευταία ημερομηνία 公開日 公開 更新日 更新 最終更新 掲載 配信 发布 发布于 发布时间 发表于 更新于 更新时间 發布
發布時間 입력 수정 등록 승인 게시 최종수정 نشر نشرت النشر تاريخ آخر تحديث التحديث تم أضيف منشور
"""
# Anywhere between the parts: "at", "of", "the year", "local time".
FILLERS = """
at on of the de del el la las los le du à a as às dia em um am den der op om il alle ore ora pe d på kl klockan
klokken klo godz godzina o dnia dne v ve r roku в во г года году от о об р року від saat στις ώρα feira hora local
time heure locale ortszeit kello och في يوم الساعة
"""
UNITS = {
    "H": "h hr hrs hs hour hours uhr heures horas uur hod ч час часа часов год 時 时 点 點 시",
    "I": "min мин минут хв 分 분", "A": "öö дп 午前 上午 凌晨 早上 오전 ص صباحا",
    "P": "ös пп 午後 下午 오후 م مساء",
    "S": "s sec сек 秒 초", "/": "年 月 년 월", " ": "日 号 號 일",
}  # fmt: skip
# Hours east of Greenwich, then names; CET is always winter time, whatever the date.
OFFSETS = """
0 Z UT TU UTC GMT WET / 1 WEST BST CET MEZ MET WAT / 2 CEST MESZ MEST EET SAST CAT / 3 EEST MSK EAT TRT
5 PKT / 5.75 NPT / 7 WIB ICT / 8 SGT HKT PHT AWST WITA / 9 JST KST WIT / 9.5 ACST / 10 AEST / 10.5 ACDT
11 AEDT / 12 NZST / 13 NZDT / -2.5 NDT / -3 BRT ART ADT / -3.5 NST / -4 EDT / -5 EST CDT COT PET / -6 CST MDT
-7 MST PDT / -8 PST AKDT / -9 AKST / -10 HST
"""
