"""Mails of people who do not exist, as their programs would send them: what is left of each, and what is taken off."""

from dataclasses import dataclass

QUOTE = "> Who can take the audit on Friday?\n> Ruth Example"
OLDER = "Who can take the audit on Friday?\n\nRuth Example\nPlainly Invented PCN"
ANSWER = "I can take it.\nThe rota is on my desk."


@dataclass(frozen=True)
class Mail:
    """A body, plain or HTML, and the words that should be left of it."""

    name: str
    left: str
    text: str = ""
    html: str = ""
    subject: str = "Re: Audit"
    sender: str = "Ann Sample <ann.sample@example.org>"


ATTRIBUTIONS = {
    "gmail": "On Mon, 2 Mar 2026 at 09:14, Ruth Example <ruth@example.org> wrote:",
    "gmail wrapped": "On Mon, 2 Mar 2026 at 09:14, Ruth Example of Plainly Invented PCN <\nruth.example@plainly-invented.example> wrote:",
    "gmail wrapped twice": "On Mon, 2 Mar 2026 at 09:14, Ruth Example of Plainly Invented PCN\n<ruth.example@plainly-invented.example>\nwrote:",
    "apple": "On 2 Mar 2026, at 09:14, Ruth Example <ruth@example.org> wrote:",
    "thunderbird": "On 02/03/2026 09:14, Ruth Example wrote:",
    "yahoo": "On Monday, 2 March 2026 at 09:14:22 GMT, Ruth Example <ruth@example.org> wrote:",
    "mutt": "On Mon, Mar 02, 2026 at 09:14:22AM +0000, Ruth Example wrote:",
    "gnus": "Ruth Example <ruth@example.org> writes:",
    "old gmail": "2026/3/2 Ruth Example <ruth@example.org>",
    "kmail": "On Monday 2 March 2026 09:14:22 Ruth Example wrote:",
    "german apple": "Am 02.03.2026 um 09:14 schrieb Ruth Example <ruth@example.org>:",
    "german gmail": "Am Mo., 2. März 2026 um 09:14 Uhr schrieb Ruth Example <ruth@example.org>:",
    "german thunderbird": "Am 02.03.26 um 09:14 schrieb Ruth Example:",
    "french apple": "Le 2 mars 2026 à 09:14, Ruth Example <ruth@example.org> a écrit :",
    "french gmail": "Le lun. 2 mars 2026 à 09:14, Ruth Example <ruth@example.org> a écrit :",
    "french wrapped": "Le lun. 2 mars 2026 à 09:14, Ruth Example <ruth.example@plainly-invented.example>\na écrit :",
    "spanish gmail": "El lun, 2 mar 2026 a las 9:14, Ruth Example (<ruth@example.org>) escribió:",
    "italian gmail": "Il giorno lun 2 mar 2026 alle ore 09:14 Ruth Example <ruth@example.org> ha scritto:",
    "italian apple": "Il giorno 2 mar 2026, alle ore 09:14, Ruth Example <ruth@example.org> ha scritto:",
    "dutch gmail": "Op ma 2 mrt 2026 om 09:14 schreef Ruth Example <ruth@example.org>:",
    "dutch apple": "Op 2 mrt 2026, om 09:14 heeft Ruth Example <ruth@example.org> het volgende geschreven:",
    "portuguese gmail": "Em seg., 2 de mar. de 2026 às 09:14, Ruth Example <ruth@example.org> escreveu:",
    "swedish gmail": "Den mån 2 mars 2026 kl 09:14 skrev Ruth Example <ruth@example.org>:",
    "danish gmail": "Den man. 2. mar. 2026 kl. 09.14 skrev Ruth Example <ruth@example.org>:",
    "norwegian apple": "2. mar. 2026 kl. 09:14 skrev Ruth Example <ruth@example.org>:",
    "polish gmail": "pon., 2 mar 2026 o 09:14 Ruth Example <ruth@example.org> napisał(a):",
    "polish apple": "Wiadomość napisana przez Ruth Example <ruth@example.org> w dniu 2 mar 2026, o godz. 09:14:",
    "czech gmail": "po 2. 3. 2026 v 9:14 odesílatel Ruth Example <ruth@example.org> napsal:",
    "finnish gmail": "ma 2. maalisk. 2026 klo 9.14 Ruth Example (ruth@example.org) kirjoitti:",
    "russian gmail": "пн, 2 мар. 2026 г. в 09:14, Ruth Example <ruth@example.org>:",
    "russian apple": "2 марта 2026 г., в 09:14, Ruth Example <ruth@example.org> написал(а):",
    "hungarian gmail": "Ruth Example <ruth@example.org> ezt írta (időpont: 2026. márc. 2., H, 9:14):",
    "turkish gmail": "Ruth Example <ruth@example.org>, 2 Mar 2026 Pzt, 09:14 tarihinde şunu yazdı:",
    "chinese gmail": "Ruth Example <ruth@example.org> 于2026年3月2日周一 09:14写道：",
    "japanese gmail": "2026年3月2日(月) 9:14 Ruth Example <ruth@example.org>:",
    "japanese without an address": "2026年3月2日(月) 9:14 Ruth Example:",
    "german wrapped in the day": "Ruth Example <ruth@example.org> schrieb am Mo., 2.\nMärz 2026, 09:14:",
    "welsh": "Ar Llun, 2 Maw 2026 am 09:14 Ruth Example <ruth@example.org> ysgrifennodd:",
}

BLOCKS = {
    "outlook english": "From: Ruth Example <ruth@example.org>\nSent: 02 March 2026 09:14\nTo: Ann Sample <ann@example.org>\nSubject: Audit",
    "outlook bold": "*From:* Ruth Example <ruth@example.org>\n*Sent:* 02 March 2026 09:14\n*To:* Ann Sample\n*Subject:* Audit",
    "outlook rule": "________________________________\nFrom: Ruth Example <ruth@example.org>\nSent: 02 March 2026 09:14\nTo: Ann Sample\nSubject: Audit",
    "outlook original": "-----Original Message-----\nFrom: Ruth Example [mailto:ruth@example.org]\nSent: 02 March 2026 09:14\nTo: Ann Sample\nSubject: Audit",
    "outlook wrapped": "From: Ruth Example <ruth@example.org>\nSent: 02 March 2026 09:14\nTo: Ann Sample <ann@example.org>; Bob Made <bob@example.org>;\n  Cy Nobody <cy@example.org>\nCc: Di Fiction\nSubject: Audit\nImportance: High",
    "outlook german": "Von: Ruth Example <ruth@example.org>\nGesendet: Montag, 2. März 2026 09:14\nAn: Ann Sample\nBetreff: Audit",
    "outlook german original": "-----Ursprüngliche Nachricht-----\nVon: Ruth Example\nGesendet: Montag, 2. März 2026 09:14\nAn: Ann Sample\nBetreff: Audit",
    "outlook french": "De : Ruth Example <ruth@example.org>\nEnvoyé : lundi 2 mars 2026 09:14\nÀ : Ann Sample\nObjet : Audit",
    "outlook spanish": "De: Ruth Example <ruth@example.org>\nEnviado el: lunes, 2 de marzo de 2026 9:14\nPara: Ann Sample\nAsunto: Audit",
    "outlook italian": "Da: Ruth Example <ruth@example.org>\nInviato: lunedì 2 marzo 2026 09:14\nA: Ann Sample\nOggetto: Audit",
    "outlook dutch": "Van: Ruth Example <ruth@example.org>\nVerzonden: maandag 2 maart 2026 09:14\nAan: Ann Sample\nOnderwerp: Audit",
    "outlook swedish": "Från: Ruth Example <ruth@example.org>\nSkickat: den 2 mars 2026 09:14\nTill: Ann Sample\nÄmne: Audit",
    "outlook danish": "Fra: Ruth Example <ruth@example.org>\nSendt: 2. marts 2026 09:14\nTil: Ann Sample\nEmne: Audit",
    "outlook polish": "Od: Ruth Example <ruth@example.org>\nWysłano: poniedziałek, 2 marca 2026 09:14\nDo: Ann Sample\nTemat: Audit",
    "outlook portuguese": "De: Ruth Example <ruth@example.org>\nEnviada em: segunda-feira, 2 de março de 2026 09:14\nPara: Ann Sample\nAssunto: Audit",
    "outlook russian": "От: Ruth Example <ruth@example.org>\nОтправлено: 2 марта 2026 г. 9:14\nКому: Ann Sample\nТема: Audit",
    "outlook finnish": "Lähettäjä: Ruth Example <ruth@example.org>\nLähetetty: maanantai 2. maaliskuuta 2026 9.14\nVastaanottaja: Ann Sample\nAihe: Audit",
    "outlook chinese": "发件人: Ruth Example <ruth@example.org>\n发送时间: 2026年3月2日 9:14\n收件人: Ann Sample\n主题: Audit",
    "unknown original": "-------- Oprindelig besked --------\nFra: Ruth Example <ruth@example.org>\nDato: 02.03.2026 09.14 (GMT+01:00)\nTil: ann@example.org\nEmne: Audit",
    "flat, where line breaks were lost": "From: Ruth Example <ruth@example.org> Sent: 02 March 2026 09:14 To: Ann Sample Subject: Audit",
    "flat french": "De : Ruth Example <ruth@example.org> Envoyé : lundi 2 mars 2026 À : Ann Sample Objet : Audit",
    "outlook ukrainian": "Від: Ruth Example <ruth@example.org>\nНадіслано: 2 березня 2026 р. 9:14\nКому: Ann Sample\nТема: Audit",
    "outlook hebrew": "מאת: Ruth Example <ruth@example.org>\nנשלח: 2 March 2026 09:14\nאל: Ann Sample\nנושא: Audit",
    "outlook bulgarian": "От: Ruth Example <ruth@example.org>\nИзпратено: 2 март 2026 9:14\nДо: Ann Sample\nОтносно: Audit",
    "yandex": '09:14, March 2, 2026, "Ruth Example" <ruth@example.org>:',
    "yandex with the day first": '02.03.2026, 09.14, "Ruth Example" <ruth@example.org>:',
    "mail.ru": "Monday, 2 March 2026, 9:14 AM +0300 from Ruth Example <ruth@example.org>:",
    "gmail russian above words without >": "пн, 2 мар. 2026 г. в 09:14, Ruth Example <ruth@example.org>:",
    "an address alone": "ruth@example.org wrote:",
    "a name and an address without a day": "Ruth Example <ruth@example.org> wrote:",
    "attribution without a colon above headers": 'Am 02.03.26 um 09:14 schrieb Ruth Example\nVon: "Ruth Example"\nDatum: 2. März 2026\nAn: Ann Sample',
    "the older mail begins on the line of the attribution": "On Mon, Mar 2, 2026 9:14 AM, ruth@example.org wrote:> Who can",
    "apple's polish above words without >": "Wiadomość napisana przez Ruth Example <ruth@example.org> w dniu 02.03.2026, o godz. 09:14:",
    "zoho without a colon": "On Mon, 02 Mar 2026 09:14:22 +0000 Ruth Example <ruth@example.org> wrote",
    "original with its headers on one line": "-------- Ursprüngliche Nachricht --------Von: Ruth Example Datum: 02.03.26 09:14 (GMT+01:00) An: Ann Betreff: Audit",
    "orange webmail": '========================================\n\nMessage du : 02/03/2026 09:14\nDe : "Ruth Example" <ruth@example.org>\nA : ann@example.org\nCopie à :\nSujet : Audit',
    "thunderbird french": "-------- Message original --------\nSujet : Audit\nDate : Mon, 2 Mar 2026 09:14:22 +0000\nDe : Ruth Example <ruth@example.org>\nPour : ann@example.org",
    "date first": "Date: Mon, 2 Mar 2026 09:14:00 +0000\nFrom: ruth@example.org\nTo: ann@example.org\nSubject: Audit",
}

DEVICES = [
    "Sent from my iPhone", "Sent from my iPad", "Sent from my Samsung Galaxy smartphone.", "Sent from Outlook for iOS", "Get Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>", "Sent from Yahoo Mail for iPhone", "Sent from Mail for Windows 10", "Sent via BlackBerry",
    "Sent from Proton Mail for iOS", "Von meinem iPhone gesendet", "Gesendet von Outlook für Android", "Gesendet mit der GMX Mail App",
    "Von meinem Samsung Gerät gesendet.", "Envoyé de mon iPhone", "Envoyé depuis mon téléphone Orange", "Télécharger Outlook pour iOS", "Enviado desde mi iPhone",
    "Obtener Outlook para Android", "Enviado do meu iPhone", "Inviato da iPhone", "Inviato dal mio smartphone Samsung", "Verzonden vanaf mijn iPhone",
    "Verstuurd vanaf mijn iPad", "Skickat från min iPhone", "Sendt fra min iPhone", "Wysłane z iPhone'a", "Отправлено с iPhone", "Lähetetty iPhonesta",
    "Odesláno z iPhonu", "iPhone'umdan gönderildi", "发自我的iPhone", "iPhoneから送信", "Trimis de pe iPhone-ul meu", "Az iPhone-omról küldve",
    "Poslano sa mog iPhonea", "Надіслано з iPhone", "Изпратено от моя iPhone", "Saadetud minu iPhone'ist", "Enviat des del meu iPhone", "Anfonwyd o fy iPhone",
    "Đã gửi từ iPhone của tôi", "나의 iPhone에서 보냄", "נשלח מה-iPhone שלי", "أرسلت من الـ iPhone", "Sent with Unibox", "Sent from my Talkie", "获取 Outlook for iOS",
    "Télécharger Outlook pour Android<https://example.org/get/outlook/for/android>", "Pobierz program Outlook dla systemu Android (https://example.org/get)",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit GMX Mail gesendet.",
]  # fmt: skip

MAILS = [
    Mail("nothing but words", ANSWER, ANSWER),
    Mail("quote without attribution at the end", ANSWER, f"{ANSWER}\n\n{QUOTE}"),
    Mail("answer below the quote", ANSWER, f"{ATTRIBUTIONS['thunderbird']}\n{QUOTE}\n\n{ANSWER}"),
    Mail(
        "answers between quotes keep them",
        "> Who takes Friday?\n\nI do.\n\n> And Monday?\n\nNobody yet.",
        f"{ATTRIBUTIONS['thunderbird']}\n> Who takes Friday?\n\nI do.\n\n> And Monday?\n\nNobody yet.\n\n> Yours, Ruth",
    ),
    Mail("signature", ANSWER, f"{ANSWER}\n-- \nAnn Sample\nPlainly Invented PCN\n01632 960001"),
    Mail("signature without its blank, above a quote", ANSWER, f"{ANSWER}\n\n--\nAnn Sample\n\n{ATTRIBUTIONS['gmail']}\n\n{QUOTE}"),
    Mail(
        "contact details below a closing", f"{ANSWER}\n\nKind regards,\nAnn",
        f"{ANSWER}\n\nKind regards,\nAnn\n\nDr Ann Sample\nClinical Director\nTel: 01632 960001\nwww.example.org",
    ),
    Mail(
        "contact details below the name", f"{ANSWER}\n\nAnn Sample",
        f"{ANSWER}\n\nAnn Sample\nClinical Director | Plainly Invented PCN\nM: 07700 900001 | ann.sample@example.org",
    ),
    Mail(
        "contact details below the name with a title", f"{ANSWER}\n\nAnn Sample, Clinical Director",
        f"{ANSWER}\n\nAnn Sample, Clinical Director\n1 Invented Road, Nowhere\nT: 01632 960001 | E: ann.sample@example.org",
    ),
    Mail("a sentence that begins with the name stays", f"{ANSWER}\n\nAnn Sample can be asked on 01632 960001.\nTel: 01632 960002", f"{ANSWER}\n\nAnn Sample can be asked on 01632 960001.\nTel: 01632 960002"),
    Mail("a rule above the older mail goes with it", ANSWER, f"{ANSWER}\n\n-----\n{BLOCKS['outlook english']}\n\n{OLDER}"),
    Mail("a closing without details stays", f"{ANSWER}\n\nBest wishes\nAnn", f"{ANSWER}\n\nBest wishes\nAnn\n\n{ATTRIBUTIONS['gmail']}\n{QUOTE}"),
    Mail(
        "disclaimer", ANSWER,
        f"{ANSWER}\n\nThis email and any attachments are confidential and intended solely for the addressee. If you are not the intended recipient, "
        "please delete it.",
    ),
    Mail(
        "disclaimer between stars", ANSWER,
        f"{ANSWER}\n\n{'*' * 60}\n\nThis message may contain confidential information. If you are not the intended recipient please inform the sender.\n\n"
        f"Thank you for your co-operation.\n\n{'*' * 60}",
    ),
    Mail("disclaimer that only forbids", ANSWER, f"{ANSWER}\n\nAny unauthorised copying of these words is unlawful."),
    Mail("disclaimer below its heading", ANSWER, f"{ANSWER}\n\nPRIVATE AND CONFIDENTIAL\n\nThis message is intended only for the person whom it names."),
    Mail("request to think of paper", ANSWER, f"{ANSWER}\n\nPlease think before printing these words."),
    Mail("disclaimer in html without space above it", ANSWER, html="<div>I can take it.</div><div>The rota is on my desk.</div><div>This message may hold confidential matters.</div>"),
    Mail("lines below the name that end as abbreviations do stay", f"{ANSWER}\n\nAnn Sample\nPlease take the lamp.", f"{ANSWER}\n\nAnn Sample\nPlease take the lamp."),
    Mail(
        "what the writer adds below a disclaimer stays", f"{ANSWER}\n\nThis email is confidential and intended for you.\n\nPlease call me about it tomorrow.",
        f"{ANSWER}\n\nThis email is confidential and intended for you.\n\nPlease call me about it tomorrow.",
    ),
    Mail(
        "the address of an organisation below a disclaimer goes with it", ANSWER,
        f"{ANSWER}\n\nThis email is confidential and intended for you.\n\nPlainly Invented PCN, 1 Invented Road, Nowhere",
    ),
    Mail("what a writer calls important stays", f"{ANSWER}\n\nImportant: the audit moves to Monday.\n\nPlease tell everybody.", f"{ANSWER}\n\nImportant: the audit moves to Monday.\n\nPlease tell everybody."),
    Mail("german disclaimer", ANSWER, f"{ANSWER}\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie."),
    Mail("rule below the closing and the name", f"{ANSWER}\n\nRegards,\n\nAnn", f"{ANSWER}\n\nRegards,\n\nAnn\n\n{'_' * 30}\n\nPlainly Invented PCN, a network of six practices"),
    Mail("rule of stars below the closing", f"{ANSWER}\n\nBest wishes\nAnn", f"{ANSWER}\n\nBest wishes\nAnn\n\n* * *\n\nPlainly Invented PCN, a network of six practices"),
    Mail("rule of dots below the closing with a name", f"{ANSWER}\n\nCheers, Ann", f"{ANSWER}\n\nCheers, Ann\n\n. . . . . . . .\n\nPlainly Invented PCN, a network of six practices"),
    Mail("long dashes above contact details", f"{ANSWER}\n\nCheers 🎉\nAnn", f"{ANSWER}\n\nCheers 🎉\nAnn\n\n—————\nAnn Sample\nClinical Director\n📱 01632 960001"),
    Mail("contact details below a closing with a name", f"{ANSWER}\n\nKind regards, Ann", f"{ANSWER}\n\nKind regards, Ann\nClinical Director\nTel: 01632 960001"),
    Mail("thanks to somebody before the question stay", "Thanks Ruth,\n\nWho can take it?\nCall 01632 960001.", "Thanks Ruth,\n\nWho can take it?\nCall 01632 960001."),
    Mail("rule above contact details", ANSWER, f"{ANSWER}\n\n____________\nAnn Sample\nClinical Director\nTel: 01632 960001"),
    Mail("rule between numbers and the words that announce them stays", f"{ANSWER}\n\nThe numbers are:\n-----\nAnn 01632 960001\nRuth 01632 960002", f"{ANSWER}\n\nThe numbers are:\n-----\nAnn 01632 960001\nRuth 01632 960002"),
    Mail("a sentence on what is sent from where stays", f"{ANSWER}\n\nSent from my mobile it is a mess.", f"{ANSWER}\n\nSent from my mobile it is a mess."),
    Mail("own line that begins like the attribution below it stays", "On balance I agree.", f"On balance I agree.\n{ATTRIBUTIONS['gmail']}\n{QUOTE}"),
    Mail("device line at the top", ANSWER, f"Sent from my iPhone\n\n{ANSWER}"),
    Mail("device line that goes on into the answer stays", f"Sent from my iPhone\n{ANSWER}", f"Sent from my iPhone\n{ANSWER}"),
    Mail("a sentence on what somebody wrote stays", "I agree with what Ruth <ruth@example.org> wrote:\nbring the rota.", "I agree with what Ruth <ruth@example.org> wrote:\nbring the rota."),
    Mail("outlook's note on a sender whom one does not know", ANSWER, f"You don't often get email from ann.sample@example.org. Learn why this is important\n\n{ANSWER}"),
    Mail("mark of a gateway in brackets", ANSWER, f"[EXTERNAL]\n\n{ANSWER}"),
    Mail("gateway's warning", ANSWER, f"CAUTION: This email originated from outside the organisation. Do not click links.\n\n{ANSWER}"),
    Mail("footer of ours", ANSWER, f"{ANSWER}\n\nPosted in the list Setting up by Grace Sample, 15 June 2026, 1:00pm.\nYou get this because you are on the list."),
    Mail(
        "forward keeps what it forwards",
        "See below.\n\n---------- Forwarded message ---------\nFrom: Ruth Example <ruth@example.org>\nDate: Mon, 2 Mar 2026\nSubject: Audit\nTo: Ann\n\nThe audit is on Friday.",
        "See below.\n\n---------- Forwarded message ---------\nFrom: Ruth Example <ruth@example.org>\nDate: Mon, 2 Mar 2026\nSubject: Audit\nTo: Ann\n\nThe audit is on Friday.",
        subject="Fwd: Audit",
    ),
    Mail(
        "apple's forward", "See below.\n\nBegin forwarded message:\n\n> From: Ruth Example\n> Subject: Audit\n> \n> The audit is on Friday.",
        "See below.\n\nBegin forwarded message:\n\n> From: Ruth Example\n> Subject: Audit\n> \n> The audit is on Friday.", subject="Fwd: Audit",
    ),
    Mail(
        "outlook's forward is told by the subject", f"See below.\n\n{BLOCKS['outlook english']}\n\n{OLDER}", f"See below.\n\n{BLOCKS['outlook english']}\n\n{OLDER}",
        subject="FW: Audit",
    ),
    Mail("forward without a word of one's own", f"{BLOCKS['outlook english']}\n\n{OLDER}", f"{BLOCKS['outlook english']}\n\n{OLDER}", subject="WG: Audit"),
    Mail("nothing but a quote is kept whole", f"{ATTRIBUTIONS['gmail']}\n{QUOTE}", f"{ATTRIBUTIONS['gmail']}\n{QUOTE}"),
    Mail("nothing but a device line is kept whole", "Sent from my iPhone", "Sent from my iPhone"),
    Mail("prose that begins like an attribution", "On Monday Ruth wrote a letter to all of us: read it.", "On Monday Ruth wrote a letter to all of us: read it."),
    Mail("a sentence with on and wrote", "On 2 March I wrote:\nplease bring the rota.\nNobody did.", "On 2 March I wrote:\nplease bring the rota.\nNobody did."),
    Mail("a list with from and to", "Cover we need:\nFrom: Monday\nUntil: Friday\nWho can?", "Cover we need:\nFrom: Monday\nUntil: Friday\nWho can?"),
    Mail("dashes between two halves of a text", "First half.\n\n---\n\nSecond half of the text, which goes on.", "First half.\n\n---\n\nSecond half of the text, which goes on."),
    Mail("a sentence on what was sent from a phone", "Sent from my phone it looked fine, but on paper it is wrong. Please print again.", "Sent from my phone it looked fine, but on paper it is wrong. Please print again."),
    Mail("confidential matters in the middle", "The first point.\n\nPlease treat this as confidential until Friday.\n\nThe last point, which is long enough to be one.", "The first point.\n\nPlease treat this as confidential until Friday.\n\nThe last point, which is long enough to be one."),
    Mail("attribution on the line of the answer", "Yes.", "Yes. On Mon, 2 Mar 2026 at 09:14, ruth@example.org wrote:\n> Who?"),
    Mail(
        "gmail html", ANSWER,
        html="<div dir='ltr'>I can take it.<div>The rota is on my desk.</div></div><br><div class='gmail_quote gmail_quote_container'><div dir='ltr' class='gmail_attr'>On Mon, 2 Mar "
        "2026 at 09:14, Ruth Example &lt;<a href='mailto:ruth@example.org'>ruth@example.org</a>&gt; wrote:<br></div><blockquote class='gmail_quote' style='margin:0 0 0 .8ex'>"
        "<div>Who can take it?</div></blockquote></div>",
    ),
    Mail(
        "gmail html in a language we do not know", ANSWER,
        html="<div dir='ltr'>I can take it.<div>The rota is on my desk.</div></div><div class='gmail_quote'><div class='gmail_attr'>Zzz 2 Qqq Ruth Example xxxed:<br></div>"
        "<blockquote class='gmail_quote'>Who can take it?</blockquote></div>",
    ),
    Mail(
        "gmail html with a signature", ANSWER,
        html="<div>I can take it.<br>The rota is on my desk.</div><div><br></div>-- <br><div dir='ltr' class='gmail_signature'>Ann Sample<br>Director</div>",
    ),
    Mail(
        "outlook html", ANSWER,
        html="<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p.MsoNormal{margin:0}</style></head><body><div class='WordSection1'>"
        "<p class='MsoNormal'>I can take it.<o:p></o:p></p><p class='MsoNormal'>The rota is on my desk.<o:p></o:p></p><p class='MsoNormal'><o:p>&nbsp;</o:p></p>"
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class='MsoNormal'><b>From:</b> Ruth Example &lt;ruth@example.org&gt;<br>"
        "<b>Sent:</b> 02 March 2026 09:14<br><b>To:</b> Ann Sample<br><b>Subject:</b> Audit</p></div></div><p class='MsoNormal'>Who can take it?</p></div></body></html>",
    ),
    Mail(
        "outlook on the web", ANSWER,
        html="<div>I can take it.</div><div>The rota is on my desk.</div><div id='appendonsend'></div><hr style='display:inline-block;width:98%' tabindex='-1'><div id='divRplyFwdMsg' "
        "dir='ltr'><b>Von:</b> Ruth Example<br><b>Gesendet:</b> Montag<br><b>An:</b> Ann</div><div>Who can take it?</div>",
    ),
    Mail(
        "outlook mobile", ANSWER,
        html="<div dir='ltr'>I can take it.</div><div>The rota is on my desk.</div><div id='ms-outlook-mobile-signature'>Get <a href='https://aka.ms/o0ukef'>Outlook for iOS</a></div>"
        "<hr><div id='divRplyFwdMsg'><font><b>From:</b> Ruth Example<br><b>Sent:</b> Monday</font></div><div>Who?</div>",
    ),
    Mail(
        "apple html", ANSWER,
        html="<html><body dir='auto'>I can take it.<div>The rota is on my desk.<br><br><div dir='ltr'>Sent from my iPhone</div><div dir='ltr'><br><blockquote type='cite'>On 2 Mar 2026, at "
        "09:14, Ruth Example &lt;ruth@example.org&gt; wrote:<br><br></blockquote></div><blockquote type='cite'><div dir='ltr'>Who can take it?</div></blockquote></div></body></html>",
    ),
    Mail(
        "thunderbird html", ANSWER,
        html="<p>I can take it.<br>The rota is on my desk.</p><div class='moz-cite-prefix'>Am 02.03.26 um 09:14 schrieb Ruth Example:<br></div><blockquote type='cite' "
        "cite='mid:1@example.org'><p>Who can take it?</p></blockquote><pre class='moz-signature' cols='72'>-- \nAnn Sample</pre>",
    ),
    Mail(
        "thunderbird html, answer below", ANSWER,
        html="<div class='moz-cite-prefix'>On 02/03/2026 09:14, Ruth Example wrote:<br></div><blockquote type='cite'><p>Who can take it?</p></blockquote><p>I can take it.<br>The rota is on my desk.</p>",
    ),
    Mail(
        "yahoo html", ANSWER,
        html="<div class='ydp1yahoo-style-wrap'><div>I can take it.</div><div>The rota is on my desk.</div></div><div id='yahoo_quoted_12' class='yahoo_quoted'><div><div>On Monday, 2 March 2026 at "
        "09:14:22 GMT, Ruth Example wrote: </div><div>Who can take it?</div></div></div>",
    ),
    Mail(
        "yahoo html with a signature", ANSWER,
        html="<div class='ydp1yahoo-style-wrap'>I can take it.<br>The rota is on my desk.</div><div class='ydp1signature'><p>Ann Sample</p></div>"
        "<div id='yahoo_quoted_12' class='yahoo_quoted'><div>On Monday, 2 March 2026 at 09:14:22 GMT, Ruth Example wrote: </div><div>Who can take it?</div></div>",
    ),
    Mail("gmail html with a signature that has no class", ANSWER, html="<div>I can take it.<br>The rota is on my desk.</div><div data-smartmail='gmail_signature'>Ann Sample<br>Director</div>"),
    Mail(
        "spark html", ANSWER,
        html="<div name='messageBodySection'>I can take it.<br>The rota is on my desk.</div><div name='messageSignatureSection'><br>Ann Sample</div>"
        "<div name='messageReplySection'>Am 2. März 2026, 09:14 +0000 schrieb Ruth Example:<br><blockquote type='cite'>Who can take it?</blockquote></div>",
    ),
    Mail(
        "proton html", ANSWER,
        html="<div>I can take it.<br>The rota is on my desk.</div><div class='protonmail_quote'>On Monday, Ruth Example wrote:<br><blockquote class='protonmail_quote' type='cite'>Who?</blockquote></div>",
    ),
    Mail(
        "gmail's forward in html", "FYI\n---------- Forwarded message ---------\nFrom: Ruth\nDate: Mon\nSubject: Audit\nTo: Ann\nThe audit is on Friday.",
        html="<div dir='ltr'>FYI</div><br><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>---------- Forwarded message ---------<br>From: <b>Ruth</b><br>Date: Mon<br>"
        "Subject: Audit<br>To: Ann<br></div><br><p>The audit is on Friday.</p></div>", subject="Fwd: Audit",
    ),
    Mail(
        "outlook's forward in html", "FYI\nFrom: Ruth\nSent: Monday\nTo: Ann\nSubject: Audit\nThe audit is on Friday.",
        html="<div>FYI</div><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b> Ruth<br><b>Sent:</b> Monday<br><b>To:</b> Ann<br><b>Subject:</b> Audit</div>"
        "<div>The audit is on Friday.</div>", subject="FW: Audit",
    ),
    Mail(
        "gmail html with answers between", "See below.\n> Who takes Friday?\nI do.\n> And Monday?\nNobody.",
        html="<div dir='ltr'>See below.<div class='gmail_quote'><div dir='ltr' class='gmail_attr'>On Mon, 2 Mar 2026 at 09:14, Ruth &lt;r@example.org&gt; wrote:<br></div>"
        "<blockquote class='gmail_quote'><div>Who takes Friday?</div></blockquote><div>I do.</div><blockquote class='gmail_quote'><div>And Monday?</div></blockquote><div>Nobody.</div>"
        "<blockquote class='gmail_quote'><div>Ruth</div></blockquote></div></div>",
    ),
    Mail(
        "html answers between quotes keep them", "> Who takes Friday?\n\nI do.\n\n> And Monday?\n\nNobody yet.",
        html="<div class='moz-cite-prefix'>On 02/03/2026 09:14, Ruth Example wrote:</div><blockquote type='cite'><p>Who takes Friday?</p></blockquote><p>I do.</p><blockquote type='cite'>"
        "<p>And Monday?</p></blockquote><p>Nobody yet.</p>",
    ),
    Mail("quotes typed into html", ANSWER, html="I can take it.<br>The rota is on my desk.<br><br>&gt; From: ruth@example.org<br>&gt; Who can take it?<br>"),
    Mail("html that hides its preheader", ANSWER, html="<div style='display:none;max-height:0'>Preview words</div><p>I can take it.<br>The rota is on my desk.</p><img src='https://t.example/p.gif' width='1' height='1'>"),
]  # fmt: skip
