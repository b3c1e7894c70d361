// Where tests that are not about wording find the parts of a page: ids and field names the forms need anyway, and the names of views.
// A page that is built anew changes this file and no test.

export const UPLOAD = {
  file: "#upload input[name=file]",
  /** What a person presses to choose; the field itself is for browsers without scripts. */
  choose: '[data-do="choose"]',
  /** Opens the field for a passphrase. */
  protect: "#passphrase-part summary",
  passphrase: "#upload [name=passphrase]",
  expires: "#upload [name=expires]",
  asText: "#kind-text",
  text: "#text",
  drops: "#drops",
  submit: "#upload [type=submit]",
  progress: '[data-view="sending"] progress',
  cancel: '[data-do="cancel"]',
  failed: '[data-view="failed"]',
  retry: '[data-do="retry"]',
};

/** What an upload ends with, with a script and without. */
export const READY = { link: "#link", statusLink: "#status-link", openStatus: "#open-status", remember: "#remember" };

export const COLLECT = {
  key: "#collect [name=key]",
  passphrase: "#collect [name=passphrase]",
  submit: "#collect [type=submit]",
  name: '#collect [data-slot="name"]',
  trouble: "#trouble",
  locked: '[data-view="locked"]',
};

/** The recipient's page once it has reserved; without a script only the link. */
export const DELIVERY = {
  view: '[data-view="delivery"]',
  progress: '[data-view="delivery"] progress',
  again: '[data-slot="download"]',
  finished: '[data-view="finished"]',
  plainLink: 'main a[href^="/r/"]',
};

/** The page of a link that opens nothing; for who has begun to collect, it goes on. */
export const GONE = { view: '[data-view="gone"]', resume: '[data-slot="continue"]' };

/** The sender's page. `view` is what it shows once it knows the owner key. */
export const STATUS = {
  key: "#owner-form [name=owner]",
  show: "#owner-form [value=status]",
  view: '[data-view="status"]',
  revoke: '[data-do="revoke"]',
  unlock: '[data-do="unlock"]',
  confirm: "dialog[open] [value=revoke]",
};

export const ADMIN = { password: "[name=password]", signIn: "main form [type=submit]", shares: "main table.shares" };
