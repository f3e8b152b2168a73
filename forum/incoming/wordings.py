"""What mail programs write around older mails, in the languages that people's programs speak. Words only, no logic."""

import re

WROTE = (
    r"wrote|writes|said|sent|geschreven|schrieb(?:en)?|hat geschrieben|schreef|a écrit|ecrit|écrivait|escribi[óo]|ha escrito|va escriure|scrisse|ha scritto|"
    r"escreveu|napisał(?:a|\(a\))?|napisan[ay] przez|pisze|skrev|skreiv|kirjoitti|написал(?:а|\(а\))?|пишет|писал(?:а)?|napsal(?:a|\(a\))?|napísal(?:a)?|"
    r"írta|yazdı|şunu yazdı|έγραψε|a scris|är skrivet|kirjutas|rašė|viết|menulis|写道|寫道|書きました|のメッセージ|작성|님이 작성|napisao|napisala|je napisao|je napisala|написа|"
    r"написав(?:ла)?|escribiu|idatzi du|skrifaði|rakstīja|kirjutas|ysgrifennodd|a răspuns|napsal\(a\)|đã viết|เขียนว่า|כתב(?:ה|/ה)?|"
    r"كتب(?:ت)?|نوشت"
)
# How an attribution begins: a preposition before a day, or the day itself.
BEGINS = (
    r"On|At|In message|Am|Um|Le|El|Il|Il giorno|Em|Em\.|Op|Den|På|W dniu|Dnia|Dne|Dňa|V|Pada|Vào|Στις|În|La data|Pe|Ma|2\d{3}|\d{1,2}[./-]|"
    r"\d{1,2}\.? |Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So|lun|mar|mer|jeu|ven|sam|dim|From|Op \w+|\d{4}|На|Ar|Þann|Hari|Vào lúc|בתאריך|ב-?|في|در"
)
HEADERS = {
    "from": "From|Von|De|Da|Van|Från|Fra|Od|От|Lähettäjä|Gönderen|Kimden|Feladó|Από|De la|发件人|寄件者|差出人|送信者|보낸 사람|"
    "Nadawca|Від|Šalje|Pošiljatelj|Od koga|Saatja|Nuo|Oddawca|מאת|من",
    "sent": "Sent|Date|Gesendet|Datum|Envoyé|Envoyé le|Date d'envoi|Enviado|Enviado el|Enviada em|Fecha|Inviato|Data|Verzonden|Skickat|Sendt|Dato|Wysłano|"
    "Отправлено|Дата|Lähetetty|Päivämäärä|Gönderildi|Tarih|Elküldve|Küldve|Dátum|Odesláno|Odoslané|Ημερομηνία|Trimis|发送时间|日期|送信日時|日付|보낸 날짜|"
    "Message du|Sent on|Sent at|Date sent|Gesendet am|Envoyé à|Enviado em|Inviato il|Verzonden op|Data wysłania|Надіслано|Изпратено|Poslano|Poslato|Saadetud|"
    "Nosūtīts|Išsiųsta|Sendt den|נשלח|תאריך|تاريخ|التاريخ|تم الإرسال",
    "to": "To|An|À|A|Para|Pour|Aan|Till|Til|Do|Komu|Кому|Vastaanottaja|Kime|Alıcı|Címzett|Προς|Către|Destinatario|收件人|宛先|받는 사람|"
    "Adresat|Odbiorca|До|Prima|Saaja|Kam|Gavėjas|אל|إلى",
    "cc": r"Cc|Bcc|Kopie|Kopia|Kopi|Copie à|CC|Копия|抄送|参照|Reply-To|Antwort an|Répondre à|Importance|Priority|Organization|Sender|Attachments|Anlagen",
    "subject": "Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Temat|Тема|Aihe|Konu|Tárgy|Předmět|Predmet|Θέμα|Subiect|主题|主旨|件名|제목|Re|"
    "Sujet|Betreft|Betrifft|Относно|Zadeva|Naslov|Teema|Temats|Tema|Efni|נושא|الموضوع",
}
HEADER = re.compile(
    r"[*_]{0,2}(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in HEADERS.items())
    + r")[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$|(?=[^/\s]))",
    re.IGNORECASE,
)
# The same anywhere in a line.
FLAT_HEADER = re.compile(
    r"(?<![^\W\d_])(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in HEADERS.items() if kind != "cc")
    + r")[*_]{0,2}\s?[:：]",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"[-_=*\s>]*\b(?:Original Message|Original Appointment|Original E-?mail|Reply message|Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|"
    r"Ursprünglicher Termin|Message d'origine|Message d’origine|Message original|Courriel original|Mensaje original|Messaggio originale|"
    r"Oorspronkelijk bericht|Originele bericht|Mensagem original|Oprindelig meddelelse|Opprinnelig melding|Ursprungligt meddelande|Originalmeddelande|"
    r"Wiadomość oryginalna|Oryginalna wiadomość|Alkuperäinen viesti|Исходное сообщение|Původní zpráva|Pôvodná správa|Eredeti üzenet|Orijinal Mesaj|"
    r"Αρχικό μήνυμα|Mesaj original|原始邮件|原始郵件|元のメッセージ|Original besked|Antwort Nachricht|Message reçu)\b[-_=*\s:]*",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"(?:[-_=*]{2,}\s*)(?:Forwarded (?:message|by|mail)\b.{0,80}|Original forwarded message|Weitergeleitete (?:Nachricht|Mail)|Message transféré|"
    r"Courriel transféré|Message réexpédié|Mensaje reenviado|Mensaje enviado|Messaggio inoltrato|Doorgestuurd bericht|Mensagem encaminhada|"
    r"Mensagem reencaminhada|Vidarebefordrat (?:meddelande|brev)|Videresendt (?:meddelelse|melding|e-?mail|besked)|Wiadomość przekazana|"
    r"Przekazana wiadomość|Välitetty viesti|Пересылаемое сообщение|Přeposlaná zpráva|Preposlaná správa|Továbbított üzenet|İletilmiş mesaj|"
    r"Προωθημένο μήνυμα|Mesaj redirecționat|转发的邮件|轉寄的郵件|転送メッセージ|Forwarded Message)\s*[-_=*]{0,}|"
    r"Forwarded message[:：]|(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-?Mail)|Début du message (?:transféré|réexpédié)|Début du courriel transféré|"
    r"Inicio del mensaje reenviado|Inizio messaggio inoltrato|Begin doorgestuurd bericht|Início da mensagem (?:encaminhada|reencaminhada)|"
    r"Vidarebefordrat brev|Start på videresendt besked|Videresendt besked|Początek przekazywanej wiadomości|Välitetty viesti alkaa|"
    r"Начало переадресованного сообщения|Začátek přeposlané zprávy|下面是被转发的邮件)\s*[:：]?",
    re.IGNORECASE,
)
SENT_FROM = re.compile(
    r"(?:Sent|Posted|Send|Written) (?:from|via|using|with|by)\b(?!.*[.!?] \w).{0,60}|Get (?:Outlook|Mail|Yahoo|BlueMail|Spark)\b.{0,40}|"
    r"Download (?:Outlook|Mail)\b.{0,30}|Sent on the (?:go|move|run)\b.{0,30}|Sent securely\b.{0,40}|"
    r"(?:Diese (?:Nachricht|E-?Mail|Mail) wurde )?(?:von|vom|mit|über|via) .{2,40} (?:gesendet|geschickt|verschickt|versendet)\b.{0,30}|"
    r"(?:Gesendet|Gesandt|Verschickt|Versendet) (?:von|vom|mit|über|via|aus)\b.{0,50}|(?:Outlook|Mail) (?:for|für|pour|para|per|voor|för|til|dla) (?:iOS|Android|Mac)\b.{0,30}|Holen Sie sich Outlook\b.{0,30}|"
    r"(?:Message )?(?:Envoyé|Expédié|Provenance) ?(?:de|depuis|à partir|avec|via|par|du)?\b.{0,50}|(?:Obtenez|Télécharger?z?|Obtenir) Outlook\b.{0,30}|"
    r"(?:Enviado|Enviada|Mandado) (?:desde|de|do|da|por|a partir|via|con|com|pelo|usando)\b.{0,50}|(?:Obtener|Obtén|Descarga[r]?|Baixe|Obter|Obtenha) (?:o )?Outlook\b.{0,30}|"
    r"(?:Inviato|Inviata|Spedito) (?:da|dal|con|tramite)\b.{0,50}|(?:Scarica|Ottieni) Outlook\b.{0,30}|"
    r"(?:Verzonden|Verstuurd|Verstuurt) (?:vanaf|met|vanuit|van|via|uit)\b.{0,50}|(?:Outlook|Download) voor (?:iOS|Android)\b.{0,30}|"
    r"(?:Skickat|Skickades|Sänt) (?:från|med|via)\b.{0,50}|(?:Hämta|Skaffa|Hent|Få) Outlook\b.{0,30}|(?:Sendt|Sent) (?:fra|med|via)\b.{0,50}|"
    r"(?:Pobierz (?:program|aplikację)|Скачать|Загрузите|Descargue|Baixar o|Stáhnout|Stiahnuť|Preuzmite|下载|获取|取得) ?Outlook\b.{0,40}|"
    r"(?:Wysłane|Wysłano|Pobierz) (?:z|ze|za|przez|Outlook)\b.{0,50}|(?:Отправлено|Послано) (?:с|из|через|от)\b.{0,50}|(?:Lähetetty|Hanki Outlook)\b.{0,40}|"
    r"(?:Odesláno|Odoslané|Získat Outlook) ?(?:z|ze|pomocí|cez)?\b.{0,40}|.{0,20}(?:gönderildi|küldve|から送信|发自我的.{0,20}|寄自我的.{0,20}|發自我的.{0,20})|(?:Στάλθηκε|Εστάλη) (?:από|με)\b.{0,40}|"
    r"Trimis (?:de pe|de la|din|prin|cu)\b.{0,50}|(?:Poslano|Poslato|Послато) (?:s|sa|iz|z|pomoću|са|из)\b.{0,50}|Изпратено (?:от|чрез|с)\b.{0,50}|"
    r"(?:Надіслано|Відправлено) (?:з|із|через)\b.{0,50}|Saadetud (?:minu|seadmest)\b.{0,50}|Nosūtīts no\b.{0,50}|Išsiųsta (?:iš|naudojant)\b.{0,50}|"
    r"Enviat (?:des|amb|del)\b.{0,50}|Anfonwyd o\b.{0,50}|Sent ó\b.{0,50}|Sent úr\b.{0,50}|Dikirim dari\b.{0,50}|(?:Đã )?[Gg]ửi từ\b.{0,50}|"
    r"נשלח מ.{0,50}|(?:أُ?رسلت?|تم الإرسال|مرسل[ةه]?|أرسل) (?:من|بواسطة).{0,50}|ارسال شده از.{0,50}|.{0,30}에서 보냄|ส่งจาก.{0,40}|"
    r"This (?:message|e-?mail) was sent from (?:my|a|an)\b.{0,40}|Sent by .{0,20}(?:iPhone|iPad|Android|BlackBerry|mobile).{0,20}",
    re.IGNORECASE,
)
DEVICES = re.compile(
    r"iphon|ipad|ipod|android|blackberry|mobil|handy|phone|telefoon|téléphone|tel[ée]fono|telefon|celular|samsung|galaxy|huawei|xiaomi|outlook|"
    r"\bmail\b|windows|yahoo|gmail|proton|thunderbird|tablet|smart|nokia|sony|htc|lg|pixel|device|appareil|dispositivo|laptop|computer|web|app\b|"
    r"nine|bluemail|spark|fairphone|motorola|oneplus|nexus|surface|apple watch|treo|go\b|move\b|run\b|айфон|手机|"
    r"آيفون|الآيفون|אייפון|גלקסי|unibox|airmail|superhuman|mailspring|newton|zoho|gmx|web\.de|icloud|polymail|canary|edison|aqua|tutanota|tuta\b|fastmail",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"(?:this|the) (?:e-?mail|message|communication|transmission|electronic (?:mail|message))[^.]{0,120}(?:confidential|privileged|intended (?:only|solely|for))|"
    r"(?:if you|anyone who|if this (?:e-?mail|message)) (?:are|is|have|has)? ?(?:not|received)[^.]{0,60}(?:intended recipient|recipient|in error|by mistake)|"
    r"^\W*(?:confidentiality|disclaimer|(?:confidential(?:ity)?|legal|privacy|important|e-?mail) (?:notice|disclaimer))\s*:|^\W*disclaimer\W*$|"
    r"(?:think|consider|care for) (?:of |about )?(?:the|our) environment before|before printing this|"
    r"think before (?:you )?print|(?:avoid|before) printing(?: (?:this|e-?mails)\b.{0,30})?\.?$|"
    r"unauthori[sz]ed (?:use|disclosure|review|copying|access|distribution)[^.]{0,120}(?:prohibited|unlawful|forbidden)|"
    r"^\W*(?:strictly )?(?:private|confidential|privileged)(?:,? (?:and|&) (?:private|confidential|privileged))+\W*$|"
    r"(?:do not|don't|please do not|please don't) print this (?:e-?mail|message)|registered (?:office|in england)|company (?:number|registration)|"
    r"virus(?:es)?[^.]{0,60}(?:liab|responsib|scan|check)|the (?:views|opinions) expressed[^.]{0,60}(?:author|sender|individual)|"
    r"(?:information|contents?)[^.]{0,60}(?:is|are|be) confidential|nhsmail is (?:the|a) secure|nhs\.?net (?:is|mail)|freedom of information act|"
    r"diese (?:e-?mail|nachricht|mitteilung)[^.]{0,160}(?:vertraulich|rechtlich gesch|ausschließlich)|nicht der (?:richtige|beabsichtigte|vorgesehene) (?:adressat|empfänger)|"
    r"(?:ce|cet) (?:message|e-?mail|courriel)[^.]{0,120}(?:confidentiel|destiné|réservé)|si vous (?:n'êtes pas|avez reçu)[^.]{0,60}(?:destinataire|erreur)|"
    r"este (?:mensaje|correo)[^.]{0,120}(?:confidencial|dirigid|destinatario)|esta mensagem[^.]{0,120}(?:confidencia|destinat)|"
    r"(?:questo messaggio|questa (?:e-?mail|comunicazione)|le informazioni contenute)[^.]{0,160}(?:riservat|confidenzial|destinatari)|"
    r"(?:dit|deze) (?:bericht|e-?mail)[^.]{0,120}(?:vertrouwelijk|bestemd|geadresseerde)|"
    r"(?:dette|denne) (?:e-?mail|mail|e-post|meddelelse)[^.]{0,120}fortrolig|detta (?:e-?post|meddelande|mejl)[^.]{0,120}konfidentiell|"
    r"(?:ta wiadomość|niniejsza wiadomość)[^.]{0,120}poufn",
    re.IGNORECASE | re.MULTILINE,
)
COURTESY = re.compile(
    r"thank(?:s| you) for your|(?:vielen )?dank für ihr|merci (?:de|pour) votre|gracias por su", re.IGNORECASE
)
WARNING = re.compile(
    r"\W{0,6}(?:caution|warning|external|externe?r?|attention|achtung|security notice|this message originated|this e-?mail (?:originated|came|was sent|is) from)\b"
    r".{0,60}(?:outside|external|extern|unknown sender|extérieur|attachments|links)|"
    r"\W{0,3}(?:you don['’]t often get e-?mail from|some people who received this message don['’]t often get e-?mail from|"
    r"vous n['’](?:obtenez|recevez) pas souvent|sie erhalten nicht (?:oft|häufig) e-?mails? von|no suele recibir correos? electrónicos? de|"
    r"u ontvangt niet vaak e-?mail van|normalmente non si ricevono messaggi|du får inte ofta e-post)\b|"
    r"\s*\[(?:external|extern|externe)[^\]]{0,30}\]\s*$",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"\W{0,2}(?:(?:with )?(?:many |all |my |very |our )?(?:kind(?:est)?|best|warm(?:est)?|good|sincere)?\s?(?:regards|wishes)|best|cheers|thanks|thank you|many thanks|thanks again|"
    r"thanks (?:and|&) (?:kind |best )?regards|yours(?: \w+)?|sincerely(?: yours)?|all the best|thx|ta|kr|br|bw|"
    r"(?:mit )?(?:freundliche[nr]?|beste[nr]?|viele|liebe|herzliche|schöne) (?:grüße[n]?|gruß|grüssen?|gruss)|mfg|lg|vg|gruß|grüß(?:e|le)|grüssle|"
    r"(?:bien )?cordialement|(?:bien )?à vous|amicalement|salutations(?: \w+)?|meilleures salutations|bonne journée|"
    r"(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un abrazo|atenciosamente|cumprimentos|abraços?|"
    r"(?:cordiali|distinti|cari) saluti|saluti|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|"
    r"(?:med )?(?:vänlig|vennlig|venlig) (?:hälsning(?:ar)?|hilsen)|mvh|hälsningar|hilsen|pozdrawiam|z poważaniem|с уважением|terveisin|s pozdravem|üdvözlettel|saygılarımla|"
    r"(?:ystävällisin|parhain) terveisin|(?:lijep|lep|srdačan) pozdrav|s pozdravom|lugupidamisega|ar cieņu|pagarbiai|cu (?:stimă|respect|drag)|"
    r"με εκτίμηση|з повагою|с уважение|с наилучшими пожеланиями|(?:com os )?melhores cumprimentos|att(?:e)?\.?|(?:cofion|dymuniadau)(?: \w+){0,2}|diolch|"
    r"(?:freundliche|beste|herzliche|liebe|viele) (?:grüsse|gruesse)|gruss|grüsse|bien à toi|respectueusement|bonne (?:soirée|fin de journée))"
    r"(?:\W+|$)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"(?<!\w)(?:tel|phone|mob(?:ile)?|cell|fax|direct|office|t|m|p|f|e|w|e-?mail|web|www|telefon|téléphone|tél|teléfono|telefono|telefoon|handy|mobil)\b\.?\s?(?:no\.?|number)?\s?[:.|]|"
    r"(?:\+|\b0)[\d\s()./-]{8,}\d|\bwww\.|https?://|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.\w|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b(?:twitter|linkedin|facebook)\b",
    re.IGNORECASE,
)
