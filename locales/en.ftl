# English: also what is said where another language leaves a message out.
language-name = English

## common: the frame of every page, sizes, times

common-skip = Skip to the content
common-promise = A link that works once.
common-operator = Run by { $name }
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
problem-unknown-field = The fields are passphrase, expires, upload_password, files, qr, text and file. Nothing was kept.
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
    .sender = Nobody has taken it yet.
    .recipient-title = It is here
    .recipient = It can be collected. Open the link again.
state-reserved = Opened, not taken yet
    .sender = Somebody pressed the button. It is set aside for a moment; if the download does not begin, it waits on.
    .recipient-title = It is set aside for somebody
    .recipient = The link is open somewhere else at this moment. If it is not taken there, it is free again soon: open the link again in a few minutes.
state-locked = Locked
    .sender = There were too many wrong passphrases. What you sent is untouched. Ask the recipient whether it was them before you unlock it.
    .recipient-title = It is locked
    .recipient = There were too many wrong passphrases. It is still there: ask the sender to unlock it on the status page.
state-delivering = Being picked up
    .sender = A download has begun. From now on nobody else can take it.
    .recipient-title = It is being picked up
    .recipient = Somebody began to collect it ({ $at }). If that was you, on another device or in another browser, continue it there. If not, tell the sender: somebody else had the link.
state-delivered = Picked up
    .sender = It was sent to the last byte. Nothing of it is left here.
    .recipient-title = It was picked up
    .recipient = It was picked up once ({ $at }), as intended, and then removed. If that was not you, tell the sender: somebody else had the link.
state-broken_off = Broken off
    .sender = A download began but was never finished, and its time is up. Nothing of it is left here. If the recipient still needs it, send it again.
    .recipient-title = The download was never finished
    .recipient = A download began, broke off and was not continued in time ({ $at }). What was sent has been removed.
state-expired = Expired
    .sender = The time was up before anybody picked it up. Nothing of it is left here.
    .recipient-title = The link has expired
    .recipient = Its time was up ({ $at }) before anybody picked it up. What was sent has been removed unread.
state-revoked = Revoked
    .sender = It was taken back by you or by the operator. Nothing of it is left here.
    .recipient-title = The link was revoked
    .recipient = The sender, or the operator of this server, took it back ({ $at }). What was sent has been removed.
state-abandoned = Never complete
    .sender = The upload broke off before it was complete. Nothing was kept.
    .recipient-title = It never arrived here
    .recipient = The upload broke off before it was complete. Nothing was kept.

## sender: choosing what to send, sending it, and the link it ends with

upload-page = Send it once
upload-title = Send it once.
upload-lead = You get a link. The first person who opens it and presses the button gets what you sent. Then the link is dead, and nothing is kept.
upload-kind = What do you send?
upload-kind-files = Files
upload-kind-text = Text
upload-drop = Drop files or a folder here
upload-pick = Choose what to send
upload-choose = Choose files
upload-choose-folder = Choose a folder
upload-add = Add more files
upload-paste = You can also paste.
upload-limit = Up to { $size }.
upload-pasted = Pasted
upload-pasted-text = The text was pasted.
upload-chosen = What you chose
upload-total-one = One file, { $size }
upload-total = { $count } files, { $size }. They travel as one ZIP file.
upload-several = { $count } files
upload-unfold = Show { $count } more
upload-fold = Show fewer
upload-added = On the list: { $total }
upload-remove = Remove { $name }
upload-removed = { $name } is off the list.
upload-text = Your text
upload-text-room = Room for { $size }.
upload-text-over = Too long by { $size }.
upload-text-too-long = The text is too long. Shorten it, or send it as a file.
upload-name-text = A text
upload-expires = Expires in
upload-passphrase = Passphrase
upload-passphrase-for = for anything that matters
upload-passphrase-add = Add one
upload-passphrase-remove = Remove
upload-passphrase-show = Show
upload-passphrase-hide = Hide
upload-passphrase-hint = At least 8 characters. Tell it to the recipient another way than the link.
upload-passphrase-suggest = Suggest one
upload-suggested = Strong: five words drawn by chance. Even somebody who had copied the whole server would need years to find them.
upload-suggest-failed = The list of words did not arrive. Think of a passphrase yourself, or try again.
upload-strength-short = Still too short.
upload-strength-weak = Easy to guess. Five wrong tries lock the drop until you unlock it, but somebody who knows you may need fewer.
upload-strength-fair = Good enough for most things: nobody gets more than five tries unless you unlock it. Somebody who had copied the whole server could find it.
upload-strength-strong = Strong. Even somebody who had copied the whole server would need years to find it.
upload-password = Upload password
upload-password-hint = This server asks senders for a password. Recipients never need it.
upload-once = Opens once
upload-until = expires in { $time }
upload-send = Create the link
upload-last = Show your last link again
upload-sending = Sending…
upload-progress = Upload progress
upload-keep-open = Keep this page open until the link appears.
upload-cancel = Cancel
upload-failed = That did not work
upload-failed-kept = What you chose is still here.
upload-retry = Try again
upload-change = Change something
upload-step-sealed = It is encrypted while it comes in; without the link nobody can open it.
    .title = Sealed on arrival.
upload-step-person = A broken download goes on where it stopped, and a preview in a chat uses nothing up.
    .title = One person, not one try.
upload-step-seen = Your own page tells when it was picked up, and can take it back before.
    .title = You can see it happen.
upload-limits = What it does not do
upload-limit-copies = It cannot stop the person who receives it from keeping or passing on a copy.
upload-limit-first = Whoever has the link first can take what you sent. Your status page tells you when that happened. For anything that matters, add a passphrase and tell it another way.
upload-limit-server = What you send passes through this server on its way. Use it if you trust whoever runs it.
upload-limit-device = It cannot protect a computer or phone that somebody else already controls.
upload-cancelled = You cancelled the upload. What you chose is still here.
upload-nothing = Choose something to send first.
upload-nothing-written = Write something to send first.
upload-too-large = “{ $name }” is too large. This server takes up to { $limit }.
upload-too-large-together = Together that would be { $size }. This server takes up to { $limit } at once: send it in parts.
upload-too-many = That is more than 1000 files. Pack them into an archive (a .zip file) first, and send that.
upload-empty-folder = There is no file in that folder.
upload-pace = { $sent } of { $size }, { $speed }/s, about { $time } left
upload-pace-first = { $sent } of { $size }
upload-finishing = All sent. The server is sealing it…
upload-offline = You are offline. Once you have a connection again, try again.
upload-away = The server does not answer at the moment; your own connection seems fine. Try again in a little while.
upload-unreachable = The connection broke off on the way, but the server is there. Try again.
upload-unreadable = Something you chose could not be read. It may have been moved, changed or deleted since. Remove it from the list, or choose it again.
upload-unexpected = The server answered in a way this page does not understand ({ $status }).
upload-refused-large = It is too large for this server, which takes up to { $limit }. Send less at once.
upload-refused-often = Many uploads came from your network lately. Try again in { $time }.
upload-refused-later = The server is out of order for a moment. Try again in a little while.
upload-refused-full = There is no room on this server at the moment. Try again later, send something smaller, or tell whoever runs the server.
upload-percent = { $percent } sent
upload-percent-title = { $percent } – { $title }

ready-title = Your link is ready
ready-send = Send it to one person. Please do not try it out yourself: whoever presses the button first gets what you sent.
ready-link = The link
ready-copy = Copy the link
ready-share = Share…
ready-share-title = A link that works once
ready-qr = QR code for a phone
ready-what = Inside
ready-gone = Opens once
ready-gone-when = or expires on { $time }
ready-passphrase = Tell the passphrase another way, by phone for example. It cannot be looked up later.
ready-stub = Your own stub
ready-stub-hint = Keep this one for yourself. It shows when your drop was picked up, and it can take it back.
ready-remember = Remember this drop on this device
ready-remember-hint = Your stub, the name and the times stay in this browser, and the upload page shows how it stands. The link itself is not kept.
ready-remembered = This browser remembers the drop.
ready-forgotten = This browser has forgotten the drop.
ready-not-kept = This browser keeps nothing for this page. Copy your own stub instead.
ready-open-status = Open the status page
ready-another = Send something else

drops-title = Your drops
drops-where = Remembered in this browser only, without the links.
drops-clear = Clear what has ended
drops-status = Status
drops-revoke = Take back
drops-undo = Undo
drops-forget = Forget
drops-expires = expires in { $time }
drops-ended = { $time }
drops-unknown = No longer known here
drops-away = the server does not answer at the moment
drops-wait = taken back in { $time }, if this page stays open
drops-undone = Nothing was taken back.
drops-revoked = Taken back. The link opens nothing any more.
drops-not-revoked = that did not work; please try again
drops-removed = Forgotten on this device. Nothing changes for the recipient.

## sender-status: how a drop is doing

status-page = Your drop: status
status-page-of = Your drop: { $state }
status-title = How is your drop doing?
status-for-sender = This page is for the person who sent it.
status-owner = The part of your status link after #
status-owner-hint = 43 letters and digits. You may also paste the whole status link.
status-show = Show the status
status-again = Look again
status-unlock = Unlock
status-unlock-five = Unlock: five more tries
status-revoke = Revoke the link
status-stop = Stop it and take it back
status-progress = Sent to the recipient
status-progress-of = { $sent } of { $size }
status-progress-title = { $percent } – { $state }
status-revoke-title = Revoke the link?
status-revoke-means = What you sent is removed at once, and a download that is running is stopped. This cannot be undone.
status-no-owner = This link is not complete: the part after # is missing. Paste the whole status link here.
status-wrong-owner = This status link does not fit any drop that is known here. Either it was not copied completely, or the drop has been gone for more than a week.
status-unreachable = The server does not answer at the moment. This page keeps trying.
status-fresh = Looked at { $time }. This page refreshes itself.
status-ended-for-good = Nothing more will happen here. This note disappears a week after the end.
status-yours = Your drop, { $size }
status-yours-passphrase = Your drop, { $size }, with a passphrase
status-yours-tries = Your drop, { $size }, with a passphrase, tries left: { $count }
status-life = What has happened so far
status-uploading = Uploading
status-uploaded = Uploaded
status-waiting = Waiting until
status-waiting-left = expires in { $time }
status-opened = Opened
status-locked = Locked after wrong passphrases
status-running = Download running
status-began = Download began
status-ahead = Delivered, then gone
status-delivered = Delivered, complete
status-broken-off = Broken off, delivered in part
status-broken-off-at = Broken off after { $percent }
status-expired = Expired unopened
status-revoked = Taken back
status-abandoned = The upload broke off

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

## operator: sign-in, how the server stands, the list of shares

login-title = Operator sign-in
login-for-operator = Only the operator of this server needs this page.
login-ended = Your session is over. Sign in again to go on.
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
