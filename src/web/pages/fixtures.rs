//! Every page once, with values in it that would do harm if they were not escaped.

use super::*;
use crate::web::qr::Qr;

const ID: &str = "2f0c2f0e-8a51-4c0e-9d3b-0a1f6f3f7a10";
const TICKET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const HOSTILE: &str = "<script>alert(1)</script>\" onload='x'";

fn layout(language: Language) -> Layout {
    Layout {
        language,
        may_switch: true,
        operator_name: Some("The <b>Harbour</b>".into()),
        abuse_contact: Some("mailto:abuse@example.org".into()),
        https: true,
    }
}

fn moment() -> Moment {
    Moment::from_unix_millis(1_795_000_000_000)
}

/// Every page in every language, the English upload page first.
pub(super) fn every_page() -> Vec<(String, String)> {
    let mut languages: Vec<_> = Language::all().collect();
    languages.sort_by_key(|language| language.tag() != "en");
    languages.into_iter().flat_map(in_language).collect()
}

/// Every page in one language.
pub(super) fn in_language(language: Language) -> Vec<(String, String)> {
    let mut pages = of_the_sender(language);
    pages.extend(of_the_recipient(language));
    pages.extend(of_the_operator(language));
    let named = |(name, page)| (format!("{name} ({language:?})"), page);
    pages.into_iter().map(named).collect()
}

fn of_the_sender(language: Language) -> Vec<(&'static str, String)> {
    vec![
        (
            "upload",
            render(&UploadPage {
                layout: layout(language),
                max_size: 10 << 30,
                expiry_choices: vec![("1h".into(), 3600), ("1d".into(), 86_400)],
                default_expiry: "1d".into(),
                upload_password_required: true,
            }),
        ),
        (
            "uploaded",
            render(&UploadedPage {
                layout: layout(language),
                link: format!("https://example.org/d/{ID}#{TICKET}"),
                qr: Qr::of(&format!("https://example.org/d/{ID}#{TICKET}")),
                status_link: format!("https://example.org/s/{ID}#{TICKET}"),
                status_page: format!("/s/{ID}{}#{TICKET}", language.query()),
                expires_at: moment(),
                size: 1,
            }),
        ),
        (
            "status",
            render(&StatusPage {
                layout: layout(language),
                id: ID.into(),
            }),
        ),
        (
            "status result",
            render(&StatusResultPage {
                layout: layout(language),
                id: ID.into(),
                owner: TICKET.into(),
                words: state_words("locked"),
                size: 9,
                tries_left: Some(5),
                sent: Some(7),
                created_at: Some(moment()),
                expires_at: Some(moment()),
                reserved_at: None,
                started_at: None,
                ended_at: None,
            }),
        ),
    ]
}

fn of_the_recipient(language: Language) -> Vec<(&'static str, String)> {
    vec![
        (
            "collect",
            render(&CollectPage {
                layout: layout(language),
                id: ID.into(),
                ticket: TICKET.into(),
            }),
        ),
        (
            "passphrase",
            render(&PassphrasePage {
                layout: layout(language),
                id: ID.into(),
                ticket: TICKET.into(),
                tries_left: Some(4),
                key: Some(TICKET.into()),
            }),
        ),
        (
            "reserved",
            render(&ReservedPage {
                layout: layout(language),
                download: format!("/r/{ID}/{TICKET}"),
                name: HOSTILE.into(),
                text: false,
                size: 2048,
                reserved_until: moment(),
            }),
        ),
        (
            "gone",
            render(&GonePage {
                layout: layout(language),
            }),
        ),
        (
            "not acceptable",
            render(&NotAcceptablePage {
                layout: layout(language),
                status: 406,
                request_id: "0123".into(),
            }),
        ),
    ]
}

fn of_the_operator(language: Language) -> Vec<(&'static str, String)> {
    vec![
        (
            "error",
            render(&ErrorPage {
                layout: layout(language),
                status: 503,
                title: "Not now".into(),
                detail: HOSTILE.into(),
                request_id: "0123".into(),
                next_step: NextStep::Again,
                retry_after: Some(5),
            }),
        ),
        (
            "locked",
            render(&ErrorPage {
                layout: layout(language),
                status: 423,
                title: "Locked".into(),
                detail: HOSTILE.into(),
                request_id: "0123".into(),
                next_step: NextStep::Ask("ask-unlock"),
                retry_after: None,
            }),
        ),
        (
            "too large",
            render(&ErrorPage {
                layout: layout(language),
                status: 413,
                title: "Too large".into(),
                detail: HOSTILE.into(),
                request_id: "0123".into(),
                next_step: NextStep::Go("/", "error-choose-again"),
                retry_after: None,
            }),
        ),
        (
            "login",
            render(&LoginPage {
                layout: layout(language),
                why: SignIn::Wait(90),
            }),
        ),
        (
            "admin",
            render(&AdminPage {
                layout: layout(language),
                needs: vec![HOSTILE.into()],
                stats: admin_stats(),
                state: Some("available".into()),
                goes_on: true,
                shares: vec![AdminShare {
                    id: ID.into(),
                    state: "available".into(),
                    size: 5,
                    created_at: moment(),
                    expires_at: moment(),
                }],
                next: Some("a b".into()),
                cleanup: Some(CleanupReport {
                    dry_run: true,
                    with_unknown: true,
                    finished: 1,
                    expired: 2,
                    past_hours: 3,
                    unknown: 4,
                    bytes: 7,
                }),
            }),
        ),
    ]
}

fn admin_stats() -> AdminStats {
    AdminStats {
        at: moment(),
        shares: vec![("available".into(), 1), ("expired".into(), 0)],
        bytes: 5,
        free: 6,
        floor: 2,
        disk: 20,
        transfers: 0,
        last_sweep_at: Some(moment()),
        counted_at: Some(moment()),
        listed: 1,
        errors: 0,
        hours: vec![AdminHour {
            hour: moment(),
            uploads: 1,
            picked_up: 2,
            delivered: 3,
            broken_off: 4,
            expired: 5,
            revoked: 6,
            bytes_in: 7,
            bytes_out: 8,
            errors: 9,
            refused: 10,
        }],
    }
}
