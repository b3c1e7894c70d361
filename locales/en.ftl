# English: also what is said where another language leaves a message out.
language-name = English

## common: the frame of every page, sizes, times

common-skip = Skip to the content
common-promise = A link that works once.
common-operator = Run by { $name }.
common-abuse = Report abuse
common-no-https = This page did not come over https. That is fine on your own computer; on a network, others could read along.
common-copy = Copy
common-copied = Copied
common-press-copy = Press Ctrl+C
common-keep = Keep it

size-bytes =
    { $count ->
        [one] { $count } byte
       *[other] { $count } bytes
    }
size-kib = { $amount } KiB
size-mib = { $amount } MiB
size-gib = { $amount } GiB
size-tib = { $amount } TiB
size-pib = { $amount } PiB
size-eib = { $amount } EiB
size-decimal = { $whole }.{ $tenth }

duration-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
duration-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
duration-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
duration-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

moment = { $day } { $month } { $year }, { $hour }:{ $minute } UTC
month-january = January
month-february = February
month-march = March
month-april = April
month-may = May
month-june = June
month-july = July
month-august = August
month-september = September
month-october = October
month-november = November
month-december = December

## errors: their page, and what each is called and means

error-wait = Please try again in { $time }.
error-again = Try again
error-again-in = Try again in { $time }
error-now = You can try again now.
error-reference = Status { $status }. If you ask for help, give this reference:
error-sign-in = Sign in
error-choose-again = Choose the file again
error-send-yourself = Send a file yourself

problem-not-found = Check the address. Links are long and easy to clip.
    .title = There is nothing here
problem-method-not-allowed = The address exists, but not for this method.
    .title = This cannot be done here
problem-too-many-hops = The request names more than ten forwarders.
    .title = Too many proxies
problem-cross-site = Open the page here and send the form from it.
    .title = Sent from another site
problem-timeout = Nothing was lost. Please try again.
    .title = This took too long
problem-browser-only = Command-line tools and link previews are turned away, so that they do not use up a link by accident. Nothing has been used up.
    .title = Please open this link in a browser
problem-rate-limited = Your network has asked too often. Please wait a moment.
    .title = Too many requests
problem-upload-password = Whoever runs this server gives it to those who may upload. Nothing was kept.
    .title = The upload password is missing or wrong
problem-too-large = Files may have up to { $size } here. Nothing was kept.
    .title = The file is too large
problem-no-room = Nothing was kept. Please try again later, or tell whoever runs this server.
    .title = There is no room for another file
problem-upload-too-slow = It was given up, and nothing was kept. Please try again on a better connection.
    .title = The upload took too long
problem-gone = The link was already opened, has expired, or is not complete. Ask for a new one.
    .title = There is nothing to open here
problem-gone--picked-up = It was picked up on { $time }. If that was not you, tell the sender.
    .title = This can no longer be opened
problem-gone--expired = It expired unopened on { $time }. Ask for a new link.
    .title = This can no longer be opened
problem-gone--revoked = Its sender withdrew it on { $time }.
    .title = This can no longer be opened
problem-gone--abandoned = Its upload was never finished ({ $time }).
    .title = This can no longer be opened
problem-gone--ended = It ended on { $time }.
    .title = This can no longer be opened
problem-ticket-gone = Open the link again. If it no longer opens, ask for a new one.
    .title = This download is over
problem-nothing-to-acknowledge = The file waits for its download; there is nothing to finish.
    .title = Nothing was downloaded yet
problem-held = If it is not taken there, it is free again soon.
    .title = The link is open somewhere else
problem-locked = It is locked and still there. Its sender can unlock it.
    .title = Too many wrong passphrases
problem-wrong-passphrase = The file is untouched. Please try again.
    .title = That is not the passphrase
problem-passphrase-needed = Its sender has it. Nothing was counted.
    .title = A passphrase is needed
problem-too-many-streams = Two connections fetch it now. Please wait for one of them to end.
    .title = This download is already running
problem-budget-spent = Three times its size has been sent. Ask for a new link.
    .title = This download was repeated too often
problem-prefetch = The file is sent when it is asked for. Nothing has happened to it.
    .title = Not fetched ahead
problem-range = Start again from the beginning.
    .title = The range lies outside the file
problem-precondition = What was fetched before belongs to another file. Start again from the beginning.
    .title = This is another file
problem-busy = Nothing was lost. Please try again in a few seconds.
    .title = Very busy at the moment
problem-unavailable = Nothing was lost. Please try again in a little while.
    .title = Out of order for a moment
problem-starting = The server is starting. Please try again in a few seconds.
    .title = Starting
problem-damaged = It was not sent and nothing was deleted. Please tell whoever runs this server, and ask for the file again.
    .title = The stored file is damaged
problem-sign-in = This part is for whoever runs this server.
    .title = Please sign in
problem-wrong-password = Please try again.
    .title = That is not the password
problem-not-a-form = Send application/x-www-form-urlencoded.
    .title = Not a form
problem-form-too-large = A form may hold 16 KiB.
    .title = The form is too large
problem-broken-off--form = It ended before it was complete. Please try again.
    .title = The request broke off
problem-fields = A field is missing, given twice, or of the wrong kind.
    .title = A field is missing or wrong
problem-not-multipart = Send multipart/form-data.
    .title = Not an upload
problem-malformed-upload = The body does not follow the rules of multipart/form-data.
    .title = The upload is malformed
problem-malformed-upload--parts = There are too many parts.
    .title = The upload is malformed
problem-malformed-upload--head = The headers or the name of a part are too long.
    .title = The upload is malformed
problem-malformed-upload--length = A part must not carry its own Content-Length.
    .title = The upload is malformed
problem-broken-off = It ended before it was complete, and nothing was kept. Please try again.
    .title = The upload broke off
problem-field-too-large = A field may hold 4 KiB.
    .title = A field is too long
problem-field-not-text = Fields must be UTF-8.
    .title = A field is not text
problem-no-file = Choose a file first; its field is called file.
    .title = There is no file
problem-empty-file-name = Choose a file first: the one that was sent has no name.
    .title = No file was chosen
problem-late-field = Send all fields before the file. Nothing was kept.
    .title = A field came after the file
problem-text-and-file = Send either text or files. Nothing was kept.
    .title = Both text and a file
problem-empty-text = Write something, or choose a file.
    .title = There is no text
problem-file-count = The field files says how many files follow: 1 to 1000.
    .title = This number of files cannot come
problem-wrong-count = Fewer or more files came than the field files said. Nothing was kept.
    .title = Not as many files as were announced
problem-too-many-files = 1000 files may travel together. Pack them first, and send the one file.
    .title = Too many files
problem-text-too-long = A text may hold 1 MiB. Send a longer one as a file.
    .title = The text is too long
problem-field-twice = Send each field once. Nothing was kept.
    .title = A field was given twice
problem-unknown-field = The fields are passphrase, expires, upload_password, files, text and file. Nothing was kept.
    .title = An unknown field
problem-expiry = Give a time such as 10m, 1h or 1d within the limits of this server.
    .title = This expiry is not offered
problem-passphrase-length = A passphrase has 8 to 1024 bytes. Nothing was counted.
    .title = The passphrase is too short or too long
problem-ticket = A ticket has 43 base64url characters; leave the field out to be given one.
    .title = The ticket is malformed
problem-action = The actions are status, revoke and unlock.
    .title = An unknown action
problem-host = A link cannot be made without one.
    .title = The request names no host
problem-compressed-body = Send the body without Content-Encoding.
    .title = Compressed bodies are not accepted
problem-too-slow = Nothing was kept. Please try again on a better connection.
    .title = The request arrived too slowly
problem-failed = It is not your fault. Please try again later.
    .title = Something went wrong
problem-refused = It is not one this server understands.
    .title = The request was refused

## states of a share: in lists, for its sender, for a recipient who holds the key

state-receiving = Still uploading
    .sender = The upload is not complete yet.
    .recipient-title = It is not here yet
    .recipient = The sender's upload is still running. Open the link again in a moment.
state-available = Waiting to be picked up
    .sender = Nobody has taken the file yet.
    .recipient-title = It is here
    .recipient = It can be collected. Open the link again.
state-reserved = Opened, not taken yet
    .sender = Somebody pressed the button. The file is set aside for a moment; if the download does not begin, it waits on.
    .recipient-title = It is set aside for somebody
    .recipient = The link is open somewhere else at this moment. If it is not taken there, it is free again soon: open the link again in a few minutes.
state-locked = Locked
    .sender = There were too many wrong passphrases. The file is untouched. Ask the recipient whether it was them before you unlock it.
    .recipient-title = It is locked
    .recipient = There were too many wrong passphrases. It is still there: ask the sender to unlock it on the status page.
state-delivering = Being picked up
    .sender = A download has begun. From now on nobody else can take the file.
    .recipient-title = It is being picked up
    .recipient = Somebody began to collect it ({ $at }). If that was you, on another device or in another browser, continue it there. If not, tell the sender: somebody else had the link.
state-delivered = Picked up
    .sender = The file was sent to the last byte. Key and file are gone.
    .recipient-title = It was picked up
    .recipient = It was picked up once ({ $at }), as intended, and then removed. If that was not you, tell the sender: somebody else had the link.
state-broken_off = Broken off
    .sender = A download began but was never finished, and its time is up. Key and file are gone. If the recipient still needs it, send it again.
    .recipient-title = The download was never finished
    .recipient = A download began, broke off and was not continued in time ({ $at }). What was sent has been removed.
state-expired = Expired
    .sender = The time was up before anybody picked the file up. Key and file are gone.
    .recipient-title = The link has expired
    .recipient = Its time was up ({ $at }) before anybody picked it up. What was sent has been removed unread.
state-revoked = Revoked
    .sender = The link was revoked by you or by the operator. Key and file are gone.
    .recipient-title = The link was revoked
    .recipient = The sender, or the operator of this server, took it back ({ $at }). What was sent has been removed.
state-abandoned = Never complete
    .sender = The upload broke off before it was complete. Nothing was kept.
    .recipient-title = It never arrived here
    .recipient = The upload broke off before it was complete. Nothing was kept.

## sender: choosing and sending a file, and the link it ends with

upload-page = Send a file once
upload-title = Send a file once.
upload-lead = You get a link. The first person who opens it and presses the button gets the file. After that the link is dead and the file is gone.
upload-expires = Expires after
upload-passphrase = Passphrase
upload-passphrase-optional = (optional)
upload-passphrase-hint = At least 8 characters. Tell it to the recipient another way than the link.
upload-password = Upload password
upload-password-hint = This server asks senders for a password. Recipients never need it.
upload-drop = Drop a file here, or choose one
upload-drop-hint = One file, up to { $size }. Any type.
upload-send = Create the link
upload-contract = The file is gone after one download, or when the time is up.
upload-sending = Sending…
upload-progress = Upload progress
upload-keep-open = Keep this page open until the link appears.
upload-cancel = Cancel
upload-failed = That did not work
upload-failed-kept = Your file and your choices are still here.
upload-retry = Try again
upload-change = Change something
upload-step-encrypted = It is encrypted while it arrives. Without the link nobody can open it.
upload-step-once = One person collects it. A broken connection can be continued; a preview in a chat does not use it up.
upload-step-expires = Nobody came? It removes itself at the time you choose.
upload-limits = What it does not do
upload-limit-copies = It cannot stop the person who receives the file from keeping or passing on a copy.
upload-limit-first = Whoever has the link first can take the file. Your status page tells you when that happened. For anything that matters, add a passphrase and send it another way.
upload-limit-server = The file passes through this server on its way. Use it if you trust whoever runs it.
upload-limit-device = It cannot protect a computer or phone that somebody else already controls.
upload-cancelled = You cancelled the upload.
upload-too-large = “{ $name }” is too large. This server takes files up to { $limit }.
upload-several = One file per link. Put several files into an archive (a .zip file), and send that.
upload-folder = A folder cannot be sent as it is. Put it into an archive (a .zip file), and send that.
upload-chosen = { $size }. Choose or drop another one to replace it.
upload-pace = { $sent } of { $size }, about { $time } left
upload-pace-first = { $sent } of { $size }
upload-finishing = All sent. The server is sealing the file…
upload-unreachable = The connection to the server broke off. Check your network, then try again.
upload-unreadable = The file could not be read. It may have been moved, changed or deleted since you chose it.
upload-unexpected = The server answered in a way this page does not understand ({ $status }).
upload-percent = { $percent } sent

ready-title = Your link is ready
ready-send = Send it to one person. Please do not try it out yourself: whoever presses the button first gets the file.
ready-link = The link
ready-file = File
ready-gone = Gone after
ready-gone-when = one download, or on { $time }
ready-passphrase = Tell the recipient the passphrase another way, by phone for example. It cannot be looked up here.
ready-stub = Your own stub
ready-stub-hint = Keep this one for yourself. It shows when the file was picked up, and it can revoke the link.
ready-open-status = Open the status page
ready-another = Send another file

## sender-status: how a file is doing

status-page = Your file: status
status-page-of = Your file: { $state }
status-title = How is your file doing?
status-for-sender = This page is for the person who sent the file.
status-owner = The part of your status link after #
status-owner-hint = 43 letters and digits. You may also paste the whole status link.
status-show = Show the status
status-again = Look again
status-unlock = Unlock
status-unlock-five = Unlock: five more tries
status-revoke = Revoke the link
status-progress = Sent to the recipient
status-revoke-title = Revoke the link?
status-revoke-means = The key and the file are removed at once. A download that is running is stopped. This cannot be undone.
status-no-owner = This link is not complete: the part after # is missing. Paste the whole status link here.
status-wrong-owner = This status link does not fit any file that is known here. Either it was not copied completely, or the file has been gone for more than a week.
status-unreachable = The server does not answer at the moment. This page keeps trying.
status-fresh = This page keeps itself up to date. Last look: { $time }
status-ended-for-good = Nothing more will happen here. This note disappears a week after the end.
status-size = Size
status-passphrase = Passphrase
status-passphrase-yes = yes, tries left: { $count }
status-passphrase-no = no
status-sent = Sent
status-created = Uploaded
status-expires = Expires
status-reserved = Opened
status-started = Download began
status-ended = Ended

## recipient: what waits, the passphrase, the message, the download, and links that open nothing

collect-page = Sent to you, opens once
collect-house = File drop run by { $name }
collect-house-unnamed = A small file drop
collect-contact = Contact
collect-title = Somebody sent you a file
collect-title-text = Somebody sent you a message
collect-title-passphrase = Somebody sent you something
collect-looking = Looking what it is…
collect-text-name = A message
collect-waits = waits until { $time }
collect-once = It opens once, for you. After that this link is dead.
collect-look = Looking at this page uses nothing up.
collect-doubt = Not expecting anything? Ask the sender another way first.
collect-app = This page is open inside an app, where downloads often get lost. The app’s menu (⋮ or ⋯) can open it in your browser; until then nothing is used up.
collect-app-copy = Copy the link
collect-key = The part of the link after #
collect-key-hint = 43 letters and digits. You may also paste the whole link.
collect-passphrase-offer = Protected with a passphrase
collect-passphrase = Passphrase
collect-passphrase-show = Show
collect-passphrase-hint = The sender knows it. A wrong try loses nothing.
collect-caps-lock = Caps Lock is on.
collect-download = Download the file
collect-show = Show the message
collect-open = Open it
collect-where = On the device where you want to keep it.
collect-where-text = It appears here. You can copy or save it.
collect-where-open = On the device where you want to read or keep it.
collect-no-key = This link is not complete: the part after # is missing. Links are long and easy to clip. Copy it again from the message, or paste it here.
collect-wrong-key = The part after # does not fit this link. It was probably not copied completely. Copy the link again from the message, or paste it here.
collect-tries-left = That is not the passphrase. Nothing is lost; tries left: { $count }.
collect-locked = There were too many wrong passphrases, so it is locked. It is still there: the sender can unlock it on the status page.
collect-held = It is open somewhere else at this moment. If it is not taken there, it is free again soon; this page keeps looking.
collect-free = It is free again. You can open it now.
collect-unreachable = The server does not answer. Nothing was used up; try again in a moment.
collect-unexpected = The server answered in a way this page does not understand ({ $status }). Nothing was used up.
collect-own-title = This is your own link
collect-own = You made it on this device. Opened here, it is used up, and whoever you sent it to finds nothing. To see whether it was picked up, look at its status.
collect-own-status = See how it is doing
collect-own-open = Open it all the same

ask-title = Words you could send
ask-new = The link you sent me does not open anything any more. Could you send me a new one, please?
ask-unlock = What you sent me is locked: there were too many wrong passphrases. Could you unlock it on your status page, and tell me the passphrase once more, please?

reveal-title = The message
reveal-copy = Copy
reveal-save = Save as a file
reveal-fetching = Fetching it…
reveal-continue = Continue
reveal-broken = The connection broke off before the message was complete. It is still there for you: go on when you are online again.
reveal-removing = All of it is here. It is being removed from the server…
reveal-gone = It was shown once, and it is gone from the server now.
reveal-gone-soon = It was shown once. The server could not be reached just now and removes it by itself in a moment.
reveal-last = Closing this page closes the message for good.

delivery-title = Your download is about to start
delivery-progress = Sent to your browser
delivery-start = Start the download
delivery-continue = Continue the download
delivery-again = Fetch it again
delivery-acknowledge = I have the file, remove it now
delivery-reserved = It is set aside for you. Your browser takes it from here.
delivery-late = Your browser has not asked for the file yet. Is there a question about saving it, or a note about a blocked download? Answer that, or press the button below.
delivery-running-title = The download is running
delivery-running = Your browser shows the download too. Should it break off, continue it here: the link keeps working for you until the end.
delivery-sent-title = Everything has been sent
delivery-sent = Check that the file is complete on your side. If it is not, you can still fetch it again for a short while.
delivery-sent-bytes = { $sent } of { $size }
delivery-resumable = It can be continued until { $time }.
delivery-lapsed-title = It is not set aside any longer
delivery-lapsed = The download did not begin in time, and nothing was used up. Open the link again to start over.
delivery-unreachable = The server does not answer at the moment. A running download goes on; this page keeps trying.
delivery-finished = The file is yours
delivery-finished-means = It was sent to the last byte. The link is dead now and the copy on this server is gone.
delivery-finished-next = Look into your downloads. Open the file only if you expected it and trust the person who sent it.

reserved-page = Save it
reserved-title = The file is set aside for you
reserved-title-text = The message is set aside for you
reserved-until = Nobody else can take it until { $time }. Once the download has begun, it is yours alone.
reserved-save = Save file
reserved-save-text = Save the message
reserved-again = Should the download break off, continue it in your browser's list of downloads, or use this button again.

gone-page = This link opens nothing
gone-title = This link does not open anything (any more)
gone-means = Links here work once, and for a limited time. Usually this means that what was sent has been picked up already, or that its time was up.
gone-not-wrong = You have not done anything wrong.
gone-ask = Ask for a new link
gone-compare = If you copied the link by hand, compare it with the one you were sent. Links are long and easy to clip.
gone-tell = If you were expecting something and did not pick it up yourself, tell the sender: somebody else may have had the link.
gone-unfinished = You have not finished yet
gone-unfinished-means = This browser began to collect what was sent. You can go on where it stopped.
gone-continue = Continue
gone-browser-title = Open this link in a browser
gone-browser-why = What waits behind a link here can be collected once. So that no preview and no command-line tool uses it up by accident, links are opened in a web browser. Nothing has happened to it.
gone-browser-next = Copy the whole link, with the part after #, into a browser.

## operator: sign-in and the list of shares

login-title = Operator sign-in
login-for-operator = Only the operator of this server needs this page.
login-password = Password
login-sign-in = Sign in
login-wrong = That is not the password.

admin-title = Operator
admin-sign-out = Sign out
admin-figures = At a glance
admin-held = Held
admin-free = Free on disk
admin-transfers = Transfers running
admin-last-sweep = Last sweep: { $time }
admin-no-sweep = Last sweep: none yet
admin-cleanup = Clean up
admin-cleanup-hint = The server cleans up by itself. A dry run says what is due and removes nothing.
admin-dry-run = Dry run
admin-dry-run-done = Dry run.
admin-would-be-removed = This would be removed:
admin-cleanup-now = Clean up now
admin-cleanup-done = Done.
admin-was-removed = This was removed:
admin-finished = Finished
admin-expired = Expired
admin-past-hours = Past hours
admin-unknown = Unknown blobs
admin-bytes = Bytes
admin-shares = Shares
admin-empty = There is nothing here.
admin-share-id = Id
admin-share-state = State
admin-share-size = Size
admin-share-created = Created
admin-share-expires = Expires
admin-share-action = Action
admin-delete-share = Delete share { $id }
admin-delete = Delete
admin-more = More
admin-delete-title = Delete this share?
admin-delete-means = Its key and its file are removed at once, and a running download is stopped. This cannot be undone.
admin-deleted = Deleted.
admin-not-deleted = The share could not be deleted ({ $status }). Reload the page to see how things stand.
admin-unreachable = The server does not answer at the moment.
