# Deutsch.
language-name = Deutsch

## common: the frame of every page, sizes, times

common-skip = Zum Inhalt springen
common-promise = Ein Link, der einmal funktioniert.
common-operator = Betrieben von { $name }
common-abuse = Missbrauch melden
common-no-https = Diese Seite kam nicht über https. Auf dem eigenen Rechner macht das nichts; in einem Netz könnten andere mitlesen.
common-copy = Kopieren
common-copied = Kopiert
common-press-copy = Strg+C drücken
common-keep = Behalten

size-bytes =
    { $count ->
        [one] { $count } Byte
       *[other] { $count } Byte
    }
size-kib = { $amount } KiB
size-mib = { $amount } MiB
size-gib = { $amount } GiB
size-tib = { $amount } TiB
size-pib = { $amount } PiB
size-eib = { $amount } EiB
size-decimal = { $whole },{ $tenth }

duration-seconds =
    { $count ->
        [one] { $count } Sekunde
       *[other] { $count } Sekunden
    }
duration-minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
duration-hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
duration-days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }

moment = { $day }. { $month } { $year }, { $hour }:{ $minute } UTC
clock = { $hour }:{ $minute } UTC
month-january = Januar
month-february = Februar
month-march = März
month-april = April
month-may = Mai
month-june = Juni
month-july = Juli
month-august = August
month-september = September
month-october = Oktober
month-november = November
month-december = Dezember

## errors: their page, and what each is called and means

error-wait = Bitte warten Sie { $time } und versuchen Sie es dann noch einmal.
error-again = Noch einmal versuchen
error-again-in = Noch einmal in { $time }
error-now = Sie können es jetzt noch einmal versuchen.
error-reference = Status { $status }. Wenn Sie um Hilfe bitten, nennen Sie diese Kennung:
error-sign-in = Anmelden
error-choose-again = Die Datei noch einmal wählen
error-send-yourself = Selbst eine Datei senden

problem-not-found = Prüfen Sie die Adresse. Links sind lang und werden leicht abgeschnitten.
    .title = Hier ist nichts
problem-method-not-allowed = Die Adresse gibt es, aber nicht für diese Methode.
    .title = Das geht hier nicht
problem-too-many-hops = Die Anfrage nennt mehr als zehn Zwischenstationen.
    .title = Zu viele Zwischenstationen
problem-cross-site = Öffnen Sie die Seite hier und senden Sie das Formular von ihr aus.
    .title = Von einer anderen Website gesendet
problem-timeout = Es ist nichts verloren. Bitte versuchen Sie es noch einmal.
    .title = Das hat zu lange gedauert
problem-browser-only = Befehlszeilenprogramme und Linkvorschauen werden abgewiesen, damit sie einen Link nicht versehentlich verbrauchen. Es wurde nichts verbraucht.
    .title = Bitte öffnen Sie diesen Link in einem Browser
problem-rate-limited = Aus Ihrem Netz kamen zu viele Anfragen. Bitte warten Sie einen Moment.
    .title = Zu viele Anfragen
problem-upload-password = Sie bekommen es von denen, die diesen Server betreiben. Es wurde nichts behalten.
    .title = Das Passwort zum Hochladen fehlt oder ist falsch
problem-too-large = Dateien dürfen hier bis zu { $size } groß sein. Es wurde nichts behalten.
    .title = Die Datei ist zu groß
problem-no-room = Es wurde nichts behalten. Bitte versuchen Sie es später noch einmal, oder sagen Sie denen Bescheid, die diesen Server betreiben.
    .title = Für eine weitere Datei ist kein Platz
problem-upload-too-slow = Es wurde abgebrochen und nichts behalten. Bitte versuchen Sie es über eine bessere Verbindung noch einmal.
    .title = Das Hochladen hat zu lange gedauert
problem-gone = Der Link wurde schon geöffnet, ist abgelaufen oder nicht vollständig. Bitten Sie um einen neuen.
    .title = Hier gibt es nichts zu öffnen
problem-gone--picked-up = Die Datei wurde abgeholt: { $time }. Wenn Sie das nicht waren, sagen Sie bitte dort Bescheid, woher der Link kam.
    .title = Das lässt sich nicht mehr öffnen
problem-gone--expired = Der Link ist ungeöffnet abgelaufen: { $time }. Bitten Sie um einen neuen.
    .title = Das lässt sich nicht mehr öffnen
problem-gone--revoked = Die Datei wurde zurückgezogen: { $time }.
    .title = Das lässt sich nicht mehr öffnen
problem-gone--abandoned = Das Hochladen wurde nie abgeschlossen ({ $time }).
    .title = Das lässt sich nicht mehr öffnen
problem-gone--ended = Es endete: { $time }.
    .title = Das lässt sich nicht mehr öffnen
problem-ticket-gone = Öffnen Sie den Link noch einmal. Wenn er nicht mehr aufgeht, bitten Sie um einen neuen.
    .title = Diese Abholung ist vorbei
problem-nothing-to-acknowledge = Die Datei wartet darauf, heruntergeladen zu werden; es gibt nichts abzuschließen.
    .title = Es wurde noch nichts heruntergeladen
problem-held = Wird dort nicht abgeholt, ist der Link bald wieder frei.
    .title = Der Link ist gerade woanders geöffnet
problem-locked = Es ist gesperrt und noch da. Wer es gesendet hat, kann es entsperren.
    .title = Zu viele falsche Passphrasen
problem-wrong-passphrase = Die Datei ist unberührt. Bitte versuchen Sie es noch einmal.
    .title = Das ist nicht die Passphrase
problem-passphrase-needed = Wer die Datei gesendet hat, kennt sie. Es wurde kein Versuch gezählt.
    .title = Eine Passphrase ist nötig
problem-too-many-streams = Zwei Verbindungen holen die Datei gerade. Bitte warten Sie, bis eine davon endet.
    .title = Die Datei wird schon heruntergeladen
problem-budget-spent = Das Dreifache ihrer Größe wurde gesendet. Bitten Sie um einen neuen Link.
    .title = Diese Datei wurde zu oft von vorn geholt
problem-prefetch = Die Datei wird gesendet, wenn nach ihr gefragt wird. Ihr ist nichts geschehen.
    .title = Nicht im Voraus geladen
problem-range = Beginnen Sie noch einmal von vorn.
    .title = Der Bereich liegt außerhalb der Datei
problem-precondition = Was vorher geladen wurde, gehört zu einer anderen Datei. Beginnen Sie noch einmal von vorn.
    .title = Das ist eine andere Datei
problem-busy = Es ist nichts verloren. Bitte versuchen Sie es in ein paar Sekunden noch einmal.
    .title = Im Moment ist sehr viel los
problem-unavailable = Es ist nichts verloren. Bitte versuchen Sie es in einer kleinen Weile noch einmal.
    .title = Für einen Moment außer Betrieb
problem-starting = Der Server startet gerade. Bitte versuchen Sie es in ein paar Sekunden noch einmal.
    .title = Gleich geht es los
problem-damaged = Sie wurde nicht gesendet, und nichts wurde gelöscht. Bitte sagen Sie denen Bescheid, die diesen Server betreiben, und bitten Sie noch einmal um die Datei.
    .title = Die gespeicherte Datei ist beschädigt
problem-sign-in = Dieser Teil ist für die, die diesen Server betreiben.
    .title = Bitte melden Sie sich an
problem-wrong-password = Bitte versuchen Sie es noch einmal.
    .title = Das ist nicht das Passwort
problem-not-a-form = Senden Sie application/x-www-form-urlencoded.
    .title = Kein Formular
problem-form-too-large = Ein Formular darf 16 KiB groß sein.
    .title = Das Formular ist zu groß
problem-broken-off--form = Sie endete, bevor sie vollständig war. Bitte versuchen Sie es noch einmal.
    .title = Die Anfrage brach ab
problem-fields = Ein Feld fehlt, kam doppelt oder ist von der falschen Art.
    .title = Ein Feld fehlt oder ist falsch
problem-not-multipart = Senden Sie multipart/form-data.
    .title = Das ist kein Hochladen
problem-malformed-upload = Der Inhalt folgt nicht den Regeln von multipart/form-data.
    .title = Das Hochgeladene ist fehlerhaft
problem-malformed-upload--parts = Es sind zu viele Teile.
    .title = Das Hochgeladene ist fehlerhaft
problem-malformed-upload--head = Die Kopfzeilen oder der Name eines Teils sind zu lang.
    .title = Das Hochgeladene ist fehlerhaft
problem-malformed-upload--length = Ein Teil darf kein eigenes Content-Length tragen.
    .title = Das Hochgeladene ist fehlerhaft
problem-broken-off = Es endete, bevor es vollständig war, und nichts wurde behalten. Bitte versuchen Sie es noch einmal.
    .title = Das Hochladen brach ab
problem-field-too-large = Ein Feld darf 4 KiB groß sein.
    .title = Ein Feld ist zu lang
problem-field-not-text = Felder müssen UTF-8 sein.
    .title = Ein Feld ist kein Text
problem-no-file = Wählen Sie zuerst eine Datei; ihr Feld heißt file.
    .title = Es ist keine Datei dabei
problem-empty-file-name = Wählen Sie zuerst eine Datei: Die gesendete hat keinen Namen.
    .title = Es wurde keine Datei gewählt
problem-late-field = Senden Sie alle Felder vor der Datei. Es wurde nichts behalten.
    .title = Ein Feld kam nach der Datei
problem-text-and-file = Senden Sie entweder Text oder Dateien. Es wurde nichts behalten.
    .title = Text und Datei zugleich
problem-empty-text = Schreiben Sie etwas, oder wählen Sie eine Datei.
    .title = Es ist kein Text da
problem-file-count = Das Feld files sagt, wie viele Dateien folgen: 1 bis 1000.
    .title = So viele Dateien können nicht kommen
problem-wrong-count = Es kamen mehr oder weniger Dateien, als das Feld files sagte. Es wurde nichts behalten.
    .title = Nicht so viele Dateien wie angekündigt
problem-too-many-files = 1000 Dateien können zusammen reisen. Packen Sie sie vorher ein, und senden Sie die eine Datei.
    .title = Zu viele Dateien
problem-text-too-long = Ein Text darf 1 MiB groß sein. Senden Sie einen längeren als Datei.
    .title = Der Text ist zu lang
problem-field-twice = Senden Sie jedes Feld einmal. Es wurde nichts behalten.
    .title = Ein Feld kam doppelt
problem-unknown-field = Die Felder sind passphrase, expires, upload_password, files, qr, text und file. Es wurde nichts behalten.
    .title = Ein unbekanntes Feld
problem-expiry = Nennen Sie eine Dauer wie 10m, 1h oder 1d innerhalb der Grenzen dieses Servers.
    .title = Diese Frist wird nicht angeboten
problem-passphrase-length = Eine Passphrase hat 8 bis 1024 Byte. Es wurde kein Versuch gezählt.
    .title = Die Passphrase ist zu kurz oder zu lang
problem-ticket = Ein Ticket hat 43 base64url-Zeichen; ohne dieses Feld bekommen Sie eines.
    .title = Das Ticket ist fehlerhaft
problem-action = Die Aktionen sind status, revoke und unlock.
    .title = Eine unbekannte Aktion
problem-host = Ohne ihn lässt sich kein Link machen.
    .title = Die Anfrage nennt keinen Host
problem-compressed-body = Senden Sie den Inhalt ohne Content-Encoding.
    .title = Komprimierte Inhalte werden nicht angenommen
problem-too-slow = Es wurde nichts behalten. Bitte versuchen Sie es über eine bessere Verbindung noch einmal.
    .title = Die Anfrage kam zu langsam an
problem-failed = Es liegt nicht an Ihnen. Bitte versuchen Sie es später noch einmal.
    .title = Etwas ist schiefgegangen
problem-refused = Dieser Server versteht sie nicht.
    .title = Die Anfrage wurde abgewiesen

## states of a share: in lists, for its sender, for a recipient who holds the key

state-receiving = Wird noch hochgeladen
    .sender = Das Hochladen ist noch nicht abgeschlossen.
    .recipient-title = Es ist noch nicht hier
    .recipient = Es wird noch hochgeladen. Öffnen Sie den Link in einem Moment noch einmal.
state-available = Wartet auf Abholung
    .sender = Noch hat niemand etwas abgeholt.
    .recipient-title = Es ist hier
    .recipient = Es kann abgeholt werden. Öffnen Sie den Link noch einmal.
state-reserved = Geöffnet, noch nicht geholt
    .sender = Jemand hat den Knopf gedrückt. Alles liegt für einen Moment bereit; beginnt das Herunterladen nicht, wartet es weiter.
    .recipient-title = Es ist für jemanden zurückgelegt
    .recipient = Der Link ist gerade woanders geöffnet. Wird es dort nicht abgeholt, ist es bald wieder frei: Öffnen Sie den Link in einigen Minuten noch einmal.
state-locked = Gesperrt
    .sender = Es gab zu viele falsche Passphrasen. Was Sie gesendet haben, ist unberührt. Fragen Sie vor dem Entsperren, ob die Versuche von der Person kamen, die es bekommen soll.
    .recipient-title = Es ist gesperrt
    .recipient = Es gab zu viele falsche Passphrasen. Es ist noch da: Wer es gesendet hat, kann es auf der Statusseite entsperren.
state-delivering = Wird gerade abgeholt
    .sender = Das Herunterladen hat begonnen. Von jetzt an kann es niemand sonst holen.
    .recipient-title = Es wird gerade abgeholt
    .recipient = Jemand hat begonnen, es abzuholen ({ $at }). Wenn Sie das waren, auf einem anderen Gerät oder in einem anderen Browser, machen Sie dort weiter. Wenn nicht, sagen Sie dort Bescheid, woher der Link kam: Jemand anders hatte ihn.
state-delivered = Abgeholt
    .sender = Es wurde bis zum letzten Byte gesendet. Hier ist nichts mehr davon.
    .recipient-title = Es wurde abgeholt
    .recipient = Es wurde einmal abgeholt ({ $at }), wie es gedacht war, und dann entfernt. Wenn Sie das nicht waren, sagen Sie dort Bescheid, woher der Link kam: Jemand anders hatte ihn.
state-broken_off = Abgebrochen
    .sender = Das Herunterladen begann, wurde aber nie fertig, und die Zeit ist um. Hier ist nichts mehr davon. Wird es noch gebraucht, senden Sie es noch einmal.
    .recipient-title = Das Herunterladen wurde nie beendet
    .recipient = Es begann, brach ab und wurde nicht rechtzeitig fortgesetzt ({ $at }). Was gesendet wurde, ist entfernt.
state-expired = Abgelaufen
    .sender = Die Zeit war um, bevor es jemand abgeholt hat. Hier ist nichts mehr davon.
    .recipient-title = Der Link ist abgelaufen
    .recipient = Seine Zeit war um ({ $at }), bevor jemand abgeholt hat. Was gesendet wurde, ist ungelesen entfernt.
state-revoked = Zurückgezogen
    .sender = Der Link wurde zurückgezogen, von Ihnen oder von denen, die diesen Server betreiben. Hier ist nichts mehr davon.
    .recipient-title = Der Link wurde zurückgezogen
    .recipient = Wer ihn gesendet hat oder diesen Server betreibt, hat ihn zurückgenommen ({ $at }). Was gesendet wurde, ist entfernt.
state-abandoned = Nie vollständig
    .sender = Das Hochladen brach ab, bevor es vollständig war. Es wurde nichts behalten.
    .recipient-title = Es ist hier nie angekommen
    .recipient = Das Hochladen brach ab, bevor es vollständig war. Nichts wurde behalten.

## sender: choosing what to send, sending it, and the link it ends with

upload-page = Einmal senden
upload-title = Einmal gesendet.
upload-lead = Sie bekommen einen Link. Wer ihn als Erstes öffnet und den Knopf drückt, bekommt, was Sie gesendet haben. Danach führt der Link ins Leere, und nichts bleibt zurück.
upload-kind = Was senden Sie?
upload-kind-files = Dateien
upload-kind-text = Text
upload-drop = Dateien oder Ordner hierher ziehen
upload-pick = Auswählen, was Sie senden
upload-choose = Dateien auswählen
upload-choose-folder = Ordner auswählen
upload-add = Weitere Dateien
upload-paste = Einfügen geht auch.
upload-limit = Bis zu { $size }.
upload-pasted = Eingefügt
upload-pasted-text = Der Text wurde eingefügt.
upload-chosen = Was Sie ausgewählt haben
upload-total-one = Eine Datei, { $size }
upload-total = { $count } Dateien, { $size }. Sie reisen als eine ZIP-Datei.
upload-several = { $count } Dateien
upload-unfold = { $count } weitere zeigen
upload-fold = Weniger zeigen
upload-added = Auf der Liste: { $total }
upload-remove = { $name } entfernen
upload-removed = { $name } ist nicht mehr auf der Liste.
upload-text = Ihr Text
upload-text-room = Platz für { $size }.
upload-text-over = Um { $size } zu lang.
upload-text-too-long = Der Text ist zu lang. Kürzen Sie ihn, oder senden Sie ihn als Datei.
upload-name-text = Ein Text
upload-expires = Läuft ab nach
upload-passphrase = Passphrase
upload-passphrase-for = wenn es darauf ankommt
upload-passphrase-add = Vergeben
upload-passphrase-remove = Entfernen
upload-passphrase-show = Zeigen
upload-passphrase-hide = Verbergen
upload-passphrase-hint = Mindestens 8 Zeichen. Teilen Sie sie auf einem anderen Weg mit als den Link.
upload-passphrase-suggest = Eine vorschlagen
upload-suggested = Stark: fünf zufällig gezogene englische Wörter. Selbst wer den ganzen Server kopiert hätte, bräuchte Jahre, um sie zu finden.
upload-suggest-failed = Die Wörterliste kam nicht an. Denken Sie sich selbst eine Passphrase aus, oder versuchen Sie es noch einmal.
upload-strength-short = Noch zu kurz.
upload-strength-weak = Leicht zu erraten. Nach fünf falschen Versuchen ist gesperrt, bis Sie entsperren; aber wer Sie kennt, braucht vielleicht weniger.
upload-strength-fair = Gut genug für das meiste: Mehr als fünf Versuche bekommt niemand, solange Sie nicht entsperren. Wer den ganzen Server kopiert hätte, könnte sie finden.
upload-strength-strong = Stark. Selbst wer den ganzen Server kopiert hätte, bräuchte Jahre, um sie zu finden.
upload-password = Passwort zum Hochladen
upload-password-hint = Dieser Server verlangt beim Senden ein Passwort. Zum Abholen braucht es niemand.
upload-once = Öffnet sich einmal
upload-until = gilt { $time }
upload-send = Link erstellen
upload-last = Ihren letzten Link noch einmal zeigen
upload-sending = Wird gesendet …
upload-progress = Fortschritt des Hochladens
upload-keep-open = Lassen Sie diese Seite offen, bis der Link erscheint.
upload-cancel = Abbrechen
upload-failed = Das hat nicht geklappt
upload-failed-kept = Was Sie ausgewählt haben, ist noch da.
upload-retry = Noch einmal versuchen
upload-change = Etwas ändern
upload-step-sealed = Es wird beim Eintreffen verschlüsselt; ohne den Link kann es niemand öffnen.
    .title = Gleich versiegelt.
upload-step-person = Bricht eine Abholung ab, geht sie dort weiter; eine Vorschau im Chat verbraucht nichts.
    .title = Eine Person, nicht ein Versuch.
upload-step-seen = Ihre eigene Seite sagt, wann es abgeholt wurde, und vorher können Sie es dort zurückziehen.
    .title = Sie sehen, was geschieht.
upload-limits = Was es nicht kann
upload-limit-copies = Es hindert niemanden daran, das Erhaltene zu behalten oder weiterzugeben.
upload-limit-first = Wer den Link zuerst hat, kann abholen, was Sie gesendet haben. Ihre Statusseite sagt Ihnen, wann das war. Wenn es darauf ankommt, vergeben Sie eine Passphrase und teilen Sie sie auf einem anderen Weg mit.
upload-limit-server = Was Sie senden, geht durch diesen Server. Nutzen Sie ihn, wenn Sie denen vertrauen, die ihn betreiben.
upload-limit-device = Es schützt keinen Rechner und kein Telefon, über das schon jemand anders verfügt.
upload-cancelled = Sie haben das Hochladen abgebrochen. Was Sie ausgewählt haben, ist noch da.
upload-nothing = Wählen Sie zuerst etwas aus.
upload-nothing-written = Schreiben Sie zuerst etwas.
upload-too-large = „{ $name }“ ist zu groß. Dieser Server nimmt bis zu { $limit }.
upload-too-large-together = Zusammen wären das { $size }. Dieser Server nimmt bis zu { $limit } auf einmal: Senden Sie es in Teilen.
upload-too-many = Das sind mehr als 1000 Dateien. Packen Sie sie vorher in ein Archiv (eine .zip-Datei) und senden Sie dieses.
upload-empty-folder = In diesem Ordner ist keine Datei.
upload-pace = { $sent } von { $size }, { $speed }/s, noch etwa { $time }
upload-pace-first = { $sent } von { $size }
upload-finishing = Alles gesendet. Der Server versiegelt es …
upload-offline = Sie sind offline. Versuchen Sie es noch einmal, sobald Sie wieder eine Verbindung haben.
upload-away = Der Server antwortet im Moment nicht; Ihre eigene Verbindung scheint in Ordnung. Versuchen Sie es in einer Weile noch einmal.
upload-unreachable = Die Verbindung brach unterwegs ab, aber der Server ist da. Versuchen Sie es noch einmal.
upload-unreadable = Etwas davon ließ sich nicht lesen. Vielleicht wurde es seit der Auswahl verschoben, geändert oder gelöscht. Nehmen Sie es von der Liste, oder wählen Sie es neu aus.
upload-unexpected = Der Server hat anders geantwortet, als diese Seite es versteht ({ $status }).
upload-refused-large = Das ist zu groß für diesen Server, der bis zu { $limit } nimmt. Senden Sie weniger auf einmal.
upload-refused-often = Aus Ihrem Netz kam zuletzt vieles. Versuchen Sie es in { $time } noch einmal.
upload-refused-later = Der Server ist für einen Moment gestört. Versuchen Sie es in einer Weile noch einmal.
upload-refused-full = Auf diesem Server ist im Moment kein Platz. Versuchen Sie es später, senden Sie etwas Kleineres, oder sagen Sie denen Bescheid, die ihn betreiben.
upload-percent = { $percent } gesendet
upload-percent-title = { $percent } – { $title }

ready-title = Ihr Link ist fertig
ready-send = Senden Sie ihn an eine Person. Bitte probieren Sie ihn nicht selbst aus: Wer zuerst den Knopf drückt, bekommt, was Sie gesendet haben.
ready-link = Der Link
ready-copy = Link kopieren
ready-share = Teilen …
ready-share-title = Ein Link, der einmal funktioniert
ready-qr = QR-Code für ein Telefon
ready-what = Inhalt
ready-gone = Öffnet sich einmal
ready-gone-when = oder läuft ab am { $time }
ready-passphrase = Teilen Sie die Passphrase auf einem anderen Weg mit, zum Beispiel am Telefon. Später lässt sie sich nicht nachsehen.
ready-stub = Ihr eigener Abschnitt
ready-stub-hint = Behalten Sie diesen Link für sich. Er zeigt, wann abgeholt wurde, und mit ihm können Sie alles zurückziehen.
ready-remember = Auf diesem Gerät merken
ready-remember-hint = Ihr Abschnitt, der Name und die Zeiten bleiben in diesem Browser, und die Startseite zeigt, wie es steht. Der Link selbst wird nicht aufbewahrt.
ready-remembered = Dieser Browser merkt sich die Sendung.
ready-forgotten = Dieser Browser hat die Sendung vergessen.
ready-not-kept = Dieser Browser bewahrt für diese Seite nichts auf. Kopieren Sie stattdessen Ihren Abschnitt.
ready-open-status = Statusseite öffnen
ready-another = Noch etwas senden

drops-title = Ihre Sendungen
drops-where = Nur in diesem Browser gemerkt, ohne die Links.
drops-clear = Beendete entfernen
drops-status = Status
drops-revoke = Zurückziehen
drops-undo = Doch nicht
drops-forget = Vergessen
drops-expires = läuft ab in { $time }
drops-ended = { $time }
drops-unknown = Hier nicht mehr bekannt
drops-away = der Server antwortet im Moment nicht
drops-wait = zurückgezogen in { $time }, wenn diese Seite offen bleibt
drops-undone = Nichts wurde zurückgezogen.
drops-revoked = Zurückgezogen. Der Link öffnet nichts mehr.
drops-not-revoked = das hat nicht geklappt; bitte noch einmal versuchen
drops-removed = Auf diesem Gerät vergessen. Für die andere Seite ändert sich nichts.

## sender-status: how a drop is doing

status-page = Ihre Sendung: Status
status-page-of = Ihre Sendung: { $state }
status-title = Wie steht es um Ihre Sendung?
status-for-sender = Diese Seite ist für die Person, die sie gesendet hat.
status-owner = Der Teil Ihres Statuslinks nach #
status-owner-hint = 43 Buchstaben und Ziffern. Sie können auch den ganzen Statuslink einfügen.
status-show = Status zeigen
status-again = Noch einmal nachsehen
status-unlock = Entsperren
status-unlock-five = Entsperren: fünf weitere Versuche
status-revoke = Link zurückziehen
status-stop = Anhalten und zurückziehen
status-progress = An die andere Seite gesendet
status-progress-of = { $sent } von { $size }
status-progress-title = { $percent } – { $state }
status-revoke-title = Den Link zurückziehen?
status-revoke-means = Was Sie gesendet haben, wird sofort entfernt. Läuft gerade eine Abholung, wird sie beendet. Das lässt sich nicht rückgängig machen.
status-no-owner = Dieser Link ist nicht vollständig: Der Teil nach # fehlt. Fügen Sie hier den ganzen Statuslink ein.
status-wrong-owner = Dieser Statuslink passt zu keiner Sendung, die hier bekannt ist. Entweder wurde er nicht vollständig kopiert, oder die Sendung ist seit mehr als einer Woche weg.
status-unreachable = Der Server antwortet im Moment nicht. Diese Seite versucht es weiter.
status-fresh = Nachgesehen um { $time }. Diese Seite aktualisiert sich selbst.
status-ended-for-good = Hier geschieht nichts mehr. Dieser Hinweis verschwindet eine Woche nach dem Ende.
status-yours = Ihre Sendung, { $size }
status-yours-passphrase = Ihre Sendung, { $size }, mit Passphrase
status-yours-tries = Ihre Sendung, { $size }, mit Passphrase, verbleibende Versuche: { $count }
status-life = Was bisher geschah
status-uploading = Wird hochgeladen
status-uploaded = Hochgeladen
status-waiting = Wartet bis
status-waiting-left = läuft ab in { $time }
status-opened = Geöffnet
status-locked = Nach falschen Passphrasen gesperrt
status-running = Abholung läuft
status-began = Abholung begonnen
status-ahead = Zugestellt, dann weg
status-delivered = Vollständig zugestellt
status-broken-off = Abgebrochen, nur zum Teil zugestellt
status-broken-off-at = Abgebrochen nach { $percent }
status-expired = Ungeöffnet abgelaufen
status-revoked = Zurückgezogen
status-abandoned = Das Hochladen brach ab

## recipient: what waits, the passphrase, the message, the download, and links that open nothing

collect-page = Für Sie, einmal zu öffnen
collect-house = Dateiablage von { $name }
collect-house-unnamed = Eine kleine Dateiablage
collect-contact = Kontakt
collect-title = Jemand hat Ihnen eine Datei gesendet
collect-title-text = Jemand hat Ihnen eine Nachricht gesendet
collect-title-passphrase = Jemand hat Ihnen etwas gesendet
collect-looking = Mal sehen, was es ist …
collect-text-name = Eine Nachricht
collect-waits = wartet bis { $time }
collect-once = Es öffnet sich einmal, für Sie. Danach führt dieser Link ins Leere.
collect-look = Diese Seite anzusehen verbraucht nichts.
collect-doubt = Sie erwarten nichts? Fragen Sie zuerst auf anderem Weg nach, von wem es kommt.
collect-app = Diese Seite ist in einer App geöffnet; dort gehen heruntergeladene Dateien oft verloren. Über das Menü der App (⋮ oder ⋯) lässt sie sich in Ihrem Browser öffnen; bis dahin wird nichts verbraucht.
collect-app-copy = Link kopieren
collect-key = Der Teil des Links nach #
collect-key-hint = 43 Buchstaben und Ziffern. Sie können auch den ganzen Link einfügen.
collect-passphrase-offer = Mit einer Passphrase geschützt
collect-passphrase = Passphrase
collect-passphrase-show = Zeigen
collect-passphrase-hint = Wer den Link gesendet hat, kennt sie. Durch einen falschen Versuch geht nichts verloren.
collect-caps-lock = Die Feststelltaste ist an.
collect-download = Datei herunterladen
collect-show = Nachricht zeigen
collect-open = Öffnen
collect-where = Auf dem Gerät, auf dem Sie sie behalten möchten.
collect-where-text = Sie erscheint hier. Sie können sie kopieren oder speichern.
collect-where-open = Auf dem Gerät, auf dem Sie es lesen oder behalten möchten.
collect-no-key = Dieser Link ist nicht vollständig: Der Teil nach # fehlt. Links sind lang und werden leicht abgeschnitten. Kopieren Sie ihn noch einmal aus der Nachricht, oder fügen Sie ihn hier ein.
collect-wrong-key = Der Teil nach # passt nicht zu diesem Link. Wahrscheinlich wurde er nicht vollständig kopiert. Kopieren Sie den Link noch einmal aus der Nachricht, oder fügen Sie ihn hier ein.
collect-tries-left = Das ist nicht die Passphrase. Nichts ist verloren; verbleibende Versuche: { $count }.
collect-locked = Es gab zu viele falsche Passphrasen, deshalb ist es gesperrt. Es ist noch da: Wer es gesendet hat, kann es auf der Statusseite entsperren.
collect-held = Es ist gerade woanders geöffnet. Wird es dort nicht abgeholt, ist es bald wieder frei; diese Seite sieht immer wieder nach.
collect-free = Es ist wieder frei. Sie können es jetzt öffnen.
collect-unreachable = Der Server antwortet nicht. Nichts wurde verbraucht; versuchen Sie es in einem Moment noch einmal.
collect-unexpected = Der Server hat anders geantwortet, als diese Seite es versteht ({ $status }). Nichts wurde verbraucht.
collect-own-title = Das ist Ihr eigener Link
collect-own = Sie haben ihn auf diesem Gerät erstellt. Wenn Sie ihn hier öffnen, ist er verbraucht, und wem Sie ihn gesendet haben, findet nichts mehr vor. Ob schon abgeholt wurde, sagt der Status.
collect-own-status = Nachsehen, wie es steht
collect-own-open = Trotzdem öffnen

ask-title = Worte, die Sie senden könnten
ask-new = Der Link von dir öffnet nichts mehr. Kannst du mir bitte einen neuen senden?
ask-unlock = Was du mir gesendet hast, ist gesperrt: Es gab zu viele falsche Passphrasen. Kannst du es bitte auf deiner Statusseite entsperren und mir die Passphrase noch einmal sagen?

reveal-title = Die Nachricht
reveal-copy = Kopieren
reveal-save = Als Datei speichern
reveal-fetching = Wird geholt …
reveal-continue = Weiter
reveal-broken = Die Verbindung brach ab, bevor die Nachricht vollständig war. Sie ist noch für Sie da: Machen Sie weiter, sobald Sie wieder online sind.
reveal-removing = Alles ist hier. Auf dem Server wird es gerade entfernt …
reveal-gone = Sie wurde einmal gezeigt und ist jetzt auf dem Server weg.
reveal-gone-soon = Sie wurde einmal gezeigt. Der Server war gerade nicht zu erreichen und entfernt sie in einem Moment von selbst.
reveal-last = Mit dieser Seite schließen Sie die Nachricht für immer.

delivery-title = Gleich beginnt das Herunterladen
delivery-progress = An Ihren Browser gesendet
delivery-start = Herunterladen beginnen
delivery-continue = Herunterladen fortsetzen
delivery-again = Noch einmal holen
delivery-acknowledge = Ich habe die Datei, jetzt entfernen
delivery-reserved = Die Datei ist für Sie zurückgelegt. Ihr Browser holt sie jetzt.
delivery-late = Ihr Browser hat noch nicht nach der Datei gefragt. Gibt es eine Frage zum Speichern oder einen Hinweis auf einen blockierten Download? Beantworten Sie das, oder drücken Sie den Knopf unten.
delivery-running-title = Die Datei wird heruntergeladen
delivery-running = Auch Ihr Browser zeigt den Fortschritt. Sollte es abbrechen, machen Sie hier weiter: Der Link funktioniert für Sie bis zum Ende.
delivery-sent-title = Alles wurde gesendet
delivery-sent = Prüfen Sie, ob die Datei bei Ihnen vollständig ist. Wenn nicht, können Sie sie noch kurze Zeit ein weiteres Mal holen.
delivery-sent-bytes = { $sent } von { $size }
delivery-resumable = Fortsetzen können Sie bis { $time }.
delivery-lapsed-title = Sie ist nicht länger zurückgelegt
delivery-lapsed = Das Herunterladen hat nicht rechtzeitig begonnen, und nichts wurde verbraucht. Öffnen Sie den Link noch einmal, um neu zu beginnen.
delivery-unreachable = Der Server antwortet im Moment nicht. Läuft das Herunterladen schon, geht es weiter; diese Seite versucht es weiter.
delivery-finished = Die Datei gehört Ihnen
delivery-finished-means = Sie wurde bis zum letzten Byte gesendet. Der Link führt jetzt ins Leere, und die Kopie auf diesem Server ist weg.
delivery-finished-next = Sehen Sie bei den heruntergeladenen Dateien nach. Öffnen Sie die Datei nur, wenn Sie sie erwartet haben und der Person vertrauen, von der sie kommt.

reserved-page = Speichern
reserved-title = Die Datei ist für Sie zurückgelegt
reserved-title-text = Die Nachricht ist für Sie zurückgelegt
reserved-until = Niemand sonst kann sie holen bis { $time }. Sobald das Herunterladen begonnen hat, gehört sie Ihnen allein.
reserved-save = Datei speichern
reserved-save-text = Nachricht speichern
reserved-again = Sollte das Herunterladen abbrechen, setzen Sie es in der Liste Ihres Browsers fort, oder drücken Sie diesen Knopf noch einmal.

gone-page = Dieser Link öffnet nichts
gone-title = Dieser Link öffnet nichts (mehr)
gone-means = Links funktionieren hier einmal und für begrenzte Zeit. Meist heißt das: Was gesendet wurde, ist schon abgeholt, oder die Zeit war um.
gone-not-wrong = Sie haben nichts falsch gemacht.
gone-ask = Bitten Sie um einen neuen Link
gone-compare = Wenn Sie den Link von Hand kopiert haben, vergleichen Sie ihn mit dem, den Sie bekommen haben. Links sind lang und werden leicht abgeschnitten.
gone-tell = Wenn Sie etwas erwartet und nicht selbst abgeholt haben, sagen Sie dort Bescheid, woher der Link kam: Vielleicht hatte ihn jemand anders.
gone-unfinished = Sie sind noch nicht fertig
gone-unfinished-means = Dieser Browser hat begonnen, das Gesendete abzuholen. Sie können weitermachen, wo es aufgehört hat.
gone-continue = Weitermachen
gone-browser-title = Öffnen Sie diesen Link in einem Browser
gone-browser-why = Was hier hinter einem Link wartet, kann einmal abgeholt werden. Damit keine Vorschau und kein Befehlszeilenprogramm es versehentlich verbraucht, werden Links in einem Browser geöffnet. Es ist nichts damit geschehen.
gone-browser-next = Kopieren Sie den ganzen Link, mit dem Teil nach #, in einen Browser.

## operator: sign-in, how the server stands, the list of shares

login-title = Anmeldung für den Betrieb
login-for-operator = Diese Seite brauchen nur die, die diesen Server betreiben.
login-ended = Ihre Sitzung ist zu Ende. Melden Sie sich wieder an, um weiterzumachen.
login-password = Passwort
login-sign-in = Anmelden
login-wrong = Das ist nicht das Passwort.
login-wait = Aus Ihrem Netz kamen zu viele Versuche. Nächster Versuch in: { $time }.

admin-title = Betrieb
admin-sign-out = Abmelden
admin-well = Alles in Ordnung
admin-look = Hier sollten Sie nachsehen
admin-as-of = Stand: { $time }. Laden Sie die Seite neu, um neuere Zahlen zu sehen.
admin-fresh = Zuletzt nachgesehen: { $time }. Diese Seite hält sich selbst aktuell.
admin-need-redis-away = Redis antwortet nicht. Bis es wieder da ist, kann niemand etwas senden oder abholen; verloren geht dadurch nichts.
admin-need-redis-replica = Redis ist eine Kopie, die nur gelesen werden kann. Der Server sucht das Original; prüfen Sie REDIS_URL, wenn er es nicht findet.
admin-need-redis-refuses = Redis nimmt nichts an. Was es antwortet, steht im Protokoll.
admin-need-redis-evicts = Redis wirft vielleicht Dateien weg, wenn sein Speicher knapp wird. Setzen Sie maxmemory-policy auf noeviction.
admin-need-redis-full = Redis hat keinen Speicher mehr, deshalb kann nichts Neues gesendet oder geöffnet werden. Erhöhen Sie maxmemory, oder lassen Sie Dateien enden.
admin-need-redis-forgets = Redis führt keine Append-only-Datei: Ein Neustart würde Dateien verlieren. Setzen Sie appendonly auf yes.
admin-need-clocks = Die Uhren von Redis und von diesem Rechner gehen mehr als zwei Sekunden auseinander. Stellen Sie beide mit NTP.
admin-need-records = Redis hat Einträge vor ihrer Zeit verloren. Gelöscht wurde deswegen nichts; finden Sie heraus, was mit Redis geschehen ist.
admin-need-folder = In den Ordner der Dateien kann nicht geschrieben werden. Prüfen Sie Rechte, Einbindung und Datenträger.
admin-need-room = Es ist weniger Platz frei als MIN_FREE, deshalb werden keine Dateien angenommen. Abholen geht weiter. Schaffen Sie Platz.
admin-need-room-soon = Der Platz wird knapp: Weniger als das Doppelte von MIN_FREE ist frei. Darunter werden keine Dateien mehr angenommen.
admin-need-room-unknown = Der freie Platz lässt sich nicht lesen. Prüfen Sie den Datenträger.
admin-need-sweep = Der Server hat seit mehr als einer Minute nicht aufgeräumt. Warum, steht vielleicht im Protokoll.
admin-need-errors =
    { $count ->
        [one] { $count } Anfrage ist in dieser oder der vorigen Stunde am Server gescheitert. Warum, steht im Protokoll.
       *[other] { $count } Anfragen sind in dieser oder der vorigen Stunde am Server gescheitert. Warum, steht im Protokoll.
    }

admin-listed = Dateien
admin-transfers = Laufende Übertragungen
admin-errors-day = Gescheitert in 24 Stunden
admin-refused-day = Abgewiesen in 24 Stunden
admin-last-sweep = Zuletzt aufgeräumt
admin-no-sweep = noch nie
admin-disk = Platz auf dem Datenträger
admin-held = Dateien hier
admin-other = Alles andere
admin-free = Frei
admin-floor = Bleibt frei (MIN_FREE)

admin-day = Die letzten 24 Stunden
admin-chart-shares = Dateien
admin-chart-bytes = Bytes
admin-chart-trouble = Anfragen ohne Erfolg
admin-uploads = Hochgeladen
admin-picked-up = Abholung begonnen
admin-delivered = Abgeholt
admin-bytes-in = Empfangen
admin-bytes-out = Gesendet
admin-errors = Gescheitert
admin-refused = Abgewiesen
admin-now = jetzt
admin-hours = Stunde für Stunde, als Tabelle
admin-hour = Stunde

admin-shares = Dateien
admin-filter = Dateien nach Zustand
admin-all = Alle
admin-counted = Gezählt: { $time }.
admin-counting = Es sind viele Dateien; sie werden gerade gezählt.
admin-empty = Hier ist nichts. Was ab jetzt gesendet wird, erscheint in dieser Liste.
admin-none = In diesem Zustand ist hier nichts.
admin-none-yet = Bisher nichts in diesem Zustand. Die Liste geht weiter.
admin-share-id = Kennung
admin-share-state = Zustand
admin-share-size = Größe
admin-share-created = Hochgeladen
admin-share-expires = Läuft ab
admin-share-action = Aktion
admin-delete-share = Datei { $id } löschen
admin-delete = Löschen
admin-changed = Seit Sie diese Seite geöffnet haben, hat sich die Liste geändert.
admin-load-again = Neu laden
admin-next = Nächste Seite
admin-first = Zurück zum Anfang
admin-delete-title = Diese Datei löschen?
admin-delete-means = Schlüssel und Datei werden sofort entfernt, und eine laufende Abholung wird beendet. Das lässt sich nicht rückgängig machen.
admin-deleted = Gelöscht.
admin-not-deleted = Die Datei konnte nicht gelöscht werden ({ $status }). Laden Sie die Seite neu, um zu sehen, wie es steht.
admin-unreachable = Der Server antwortet im Moment nicht. Die Zahlen hier sind von vorher.

admin-cleanup = Aufräumen
admin-cleanup-hint = Der Server räumt von selbst auf. Ein Probelauf sagt, was fällig ist, und entfernt nichts; danach können Sie es entfernen lassen.
admin-dry-run = Probelauf
admin-dry-run-done = Probelauf.
admin-would-be-removed = Das würde entfernt:
admin-cleanup-now = Jetzt aufräumen
admin-cleanup-done = Fertig.
admin-was-removed = Das wurde entfernt:
admin-nothing-due = Es gab nichts zu entfernen.
admin-finished = Beendete Dateien
admin-expired = Abgelaufene Dateien
admin-past-hours = Ordner vergangener Stunden
admin-unknown = Dateien, von denen nichts bekannt ist
admin-bytes = Bytes zusammen
admin-unknown-left =
    { $count ->
        [one] { $count } Datei, von der nichts bekannt ist, bleibt unberührt.
       *[other] { $count } Dateien, von denen nichts bekannt ist, bleiben unberührt.
    }
admin-unknown-too = Auch Dateien, von denen nichts bekannt ist
admin-unknown-danger = Nur, wenn ein Redis endgültig verloren ist oder ersetzt wurde: Ist das falsche Redis verbunden, löscht das Dateien, auf die noch jemand wartet.
admin-unknown-title = Dateien entfernen, von denen nichts bekannt ist?
admin-remove = Entfernen
admin-keep-them = Behalten
