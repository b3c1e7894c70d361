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
clock = { $hour }:{ $minute } UTC
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
problem-held = Should the file not be taken there, it is free again soon.
    .title = The link is open somewhere else
problem-locked = The file is locked and still there. Its sender can unlock it.
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
    .recipient-title = The file is not here yet
    .recipient = The sender's upload is still running. Open the link again in a moment.
state-available = Waiting to be picked up
    .sender = Nobody has taken the file yet.
    .recipient-title = The file is here
    .recipient = It can be downloaded. Open the link again.
state-reserved = Opened, not taken yet
    .sender = Somebody pressed the button. The file is set aside for a moment; if the download does not begin, it waits on.
    .recipient-title = The file is set aside for somebody
    .recipient = The link is open somewhere else at this moment. If the file is not taken there, it is free again soon: open the link again in a few minutes.
state-locked = Locked
    .sender = There were too many wrong passphrases. The file is untouched. Ask the recipient whether it was them before you unlock it.
    .recipient-title = The file is locked
    .recipient = There were too many wrong passphrases. The file is still there: ask the sender to unlock it on the status page.
state-delivering = Being picked up
    .sender = A download has begun. From now on nobody else can take the file.
    .recipient-title = The file is being picked up
    .recipient = A download of this file began ({ $at }). If that was you, on another device or in another browser, continue it there. If not, tell the sender: somebody else had the link.
state-delivered = Picked up
    .sender = The file was sent to the last byte. Key and file are gone.
    .recipient-title = The file was picked up
    .recipient = It was picked up once ({ $at }), as intended, and then removed. If that was not you, tell the sender: somebody else had the link.
state-broken_off = Broken off
    .sender = A download began but was never finished, and its time is up. Key and file are gone. If the recipient still needs it, send it again.
    .recipient-title = The download was never finished
    .recipient = A download began, broke off and was not continued in time ({ $at }). The file has been removed.
state-expired = Expired
    .sender = The time was up before anybody picked the file up. Key and file are gone.
    .recipient-title = The link has expired
    .recipient = Its time was up ({ $at }) before anybody picked the file up. The file has been removed unread.
state-revoked = Revoked
    .sender = The link was revoked by you or by the operator. Key and file are gone.
    .recipient-title = The link was revoked
    .recipient = The sender, or the operator of this server, took the file back ({ $at }). It has been removed.
state-abandoned = Never complete
    .sender = The upload broke off before it was complete. Nothing was kept.
    .recipient-title = The file never arrived here
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

## recipient: what waits, the passphrase, the download, and links that open nothing

collect-page = A file for you
collect-passphrase-page = A file for you, with a passphrase
collect-title = Somebody sent you a file
collect-offer = It can be downloaded once. After that the link is dead and the file is gone from here.
collect-waits = Waits for you until { $time }
collect-key = The part of the link after #
collect-key-hint = 43 letters and digits. You may also paste the whole link.
collect-passphrase-offer = It is protected with a passphrase, and it can be downloaded once.
collect-passphrase = Passphrase
collect-passphrase-hint = The sender knows it. A wrong try does not cost you the file.
collect-download = Download the file
collect-once = This works once. Press it on the device where you want to keep the file.
collect-not-wrong = You have not done anything wrong. If you still need the file, ask the person who sent the link for a new one.
collect-no-key = This link is not complete: the part after # is missing. Links are long and easy to clip. Copy it again from the message, or paste it here.
collect-wrong-key = The part after # does not fit this file. The link was probably not copied completely. Copy it again from the message, or paste it here.
collect-tries-left = That is not the passphrase. The file is untouched; tries left: { $count }.
collect-locked = There were too many wrong passphrases, so the file is locked. It is still there: ask the sender to unlock it on the status page.
collect-held = The link is open somewhere else at this moment. Should the file not be taken there, it is free again soon. Try again in { $time }.
collect-unreachable = The server does not answer. The file was not touched; try again in a moment.
collect-unexpected = The server answered in a way this page does not understand ({ $status }). The file was not touched.

delivery-title = Your download is about to start
delivery-progress = Sent to your browser
delivery-download = Start or continue the download
delivery-acknowledge = I have the file, remove it now
delivery-reserved = It is set aside for you. If nothing happens, use the button below.
delivery-running-title = The download is running
delivery-running = Your browser shows the download too. Should it break off, continue it here: the link keeps working for you until the end.
delivery-sent-title = Everything has been sent
delivery-sent = Check that the file is complete on your side. If it is not, you can still fetch it again for a short while.
delivery-sent-bytes = { $sent } of { $size }
delivery-resumable = It can be continued until { $time }.
delivery-lapsed = The reservation has lapsed, and the file was not touched. Open the link again to start over.
delivery-unreachable = The server does not answer at the moment. A running download goes on; this page keeps trying.
delivery-finished = The file is yours
delivery-finished-means = It was sent to the last byte. The link is dead now and the copy on this server is gone.
delivery-finished-next = Look into your downloads. Open the file only if you expected it and trust the person who sent it.

reserved-page = Save your file
reserved-title = The file is set aside for you
reserved-until = Nobody else can take it until { $time }. Once the download has begun, it is yours alone.
reserved-save = Save file
reserved-again = Should the download break off, continue it in your browser's list of downloads, or use this button again.

gone-page = This link does not open a file
gone-title = This link does not open a file (any more)
gone-means = Links here work once, and for a limited time. Usually this means that the file has been picked up already, or that its time was up.
gone-not-wrong = You have not done anything wrong.
gone-next = What you can do
gone-ask = Ask the person who sent the link for a new one.
gone-compare = If you copied the link by hand, compare it with the one you were sent. Links are long and easy to clip.
gone-tell = If you were expecting the file and did not pick it up yourself, tell the sender: somebody else may have had the link.
gone-unfinished = Your download is not finished
gone-unfinished-means = This browser began to collect the file. You can go on where it stopped.
gone-continue = Continue the download
gone-browser-title = Open this link in a browser
gone-browser-why = A file behind a link here can be collected once. So that no preview and no command-line tool uses it up by accident, links are opened in a web browser.
gone-browser-next = Nothing happened to the file. Copy the whole link, with the part after #, into a browser.

## operator: sign-in, how the server stands, the list of shares

login-title = Operator sign-in
login-for-operator = Only the operator of this server needs this page.
login-ended = Your session is over. Sign in again to go on.
login-signed-out = You are signed out.
login-password = Password
login-sign-in = Sign in
login-wrong = That is not the password.
login-wait = There were too many tries from your network. Try again in { $time }.

admin-title = Operator
admin-sign-out = Sign out
admin-well = All is well
admin-look = Something needs a look
admin-as-of = As of { $time }. Load the page again for newer figures.
admin-fresh = Last look: { $time }. This page keeps itself up to date.
admin-need-redis-away = Redis does not answer. Nobody can send or collect until it is back; nothing is lost by that.
admin-need-redis-replica = Redis is a read-only replica. The server looks for the primary; check REDIS_URL if it does not find it.
admin-need-redis-refuses = Redis refuses to write. The log says what it answers.
admin-need-redis-evicts = Redis may throw shares away when its memory runs short. Set its maxmemory-policy to noeviction.
admin-need-redis-full = Redis has no memory left, so nothing new can be sent or opened. Raise its maxmemory, or let shares end.
admin-need-redis-forgets = Redis keeps no append-only file: a restart of it would lose shares. Set appendonly to yes.
admin-need-clocks = The clocks of Redis and of this machine differ by more than two seconds. Set both by NTP.
admin-need-records = Redis has lost records before their time. Nothing was deleted because of it; find out what happened to Redis.
admin-need-folder = The folder of the files cannot be written. Check its permissions, its mount and the disk.
admin-need-room = Less room is free than MIN_FREE, so uploads are refused. Downloads go on. Make room.
admin-need-room-soon = Room is getting short: less than twice MIN_FREE is free. Below it, uploads are refused.
admin-need-room-unknown = The free space cannot be read. Check the disk.
admin-need-sweep = The server has not cleaned up for more than a minute. The log may say why.
admin-need-errors =
    { $count ->
        [one] { $count } request failed on the server’s side in this hour or the one before. The log says why.
       *[other] { $count } requests failed on the server’s side in this hour or the one before. The log says why.
    }

admin-listed = Shares
admin-transfers = Transfers running
admin-errors-day = Failed in 24 hours
admin-refused-day = Turned away in 24 hours
admin-last-sweep = Last cleaned up
admin-no-sweep = not yet
admin-disk = Room on disk
admin-held = Shares
admin-other = Anything else
admin-free = Free
admin-floor = Kept free (MIN_FREE)

admin-day = The last 24 hours
admin-chart-shares = Shares
admin-chart-bytes = Bytes
admin-chart-trouble = Requests that did not succeed
admin-uploads = Uploaded
admin-picked-up = Pick-ups begun
admin-delivered = Delivered
admin-bytes-in = Received
admin-bytes-out = Sent
admin-errors = Failed
admin-refused = Turned away
admin-now = now
admin-hours = Hour by hour, as a table
admin-hour = Hour

admin-shares = Shares
admin-filter = Shares by state
admin-all = All
admin-counted = Counted { $time }.
admin-counting = There are many shares; they are being counted.
admin-empty = There is nothing here. What is sent from now on appears in this list.
admin-none = There is nothing in this state here.
admin-none-yet = Nothing in this state so far. The list goes on.
admin-share-id = Id
admin-share-state = State
admin-share-size = Size
admin-share-created = Uploaded
admin-share-expires = Expires
admin-share-action = Action
admin-delete-share = Delete share { $id }
admin-delete = Delete
admin-changed = Since you opened this page the list has changed.
admin-load-again = Load it again
admin-next = Next page
admin-first = Back to the start
admin-delete-title = Delete this share?
admin-delete-means = Its key and its file are removed at once, and a running download is stopped. This cannot be undone.
admin-deleted = Deleted.
admin-not-deleted = The share could not be deleted ({ $status }). Load the page again to see how things stand.
admin-unreachable = The server does not answer at the moment. The figures below are from before.

admin-cleanup = Clean up
admin-cleanup-hint = The server cleans up by itself. A dry run says what is due and removes nothing; after it you can have that removed.
admin-dry-run = Dry run
admin-dry-run-done = Dry run.
admin-would-be-removed = This would be removed:
admin-cleanup-now = Clean up now
admin-cleanup-done = Done.
admin-was-removed = This was removed:
admin-nothing-due = There was nothing to remove.
admin-finished = Finished shares
admin-expired = Expired shares
admin-past-hours = Folders of past hours
admin-unknown = Files nothing is known of
admin-bytes = Bytes in all
admin-unknown-left =
    { $count ->
        [one] { $count } file nothing is known of is left alone.
       *[other] { $count } files nothing is known of are left alone.
    }
admin-unknown-too = Also files nothing is known of
admin-unknown-danger = Only after a Redis was lost or replaced for good: if the wrong Redis is connected, this deletes files that somebody still waits for.
admin-unknown-title = Remove files nothing is known of?
admin-remove = Remove them
admin-keep-them = Keep them
