//! Every page once, with values in it that would do harm if they were not escaped.

use super::*;

const ID: &str = "2f0c2f0e-8a51-4c0e-9d3b-0a1f6f3f7a10";
const TICKET: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const HOSTILE: &str = "<script>alert(1)</script>\" onload='x'";

fn layout() -> Layout {
    Layout {
        operator_name: Some("The <b>Harbour</b>".into()),
        abuse_contact: Some("mailto:abuse@example.org".into()),
        https: true,
    }
}

fn moment() -> Moment {
    Moment::from_unix_millis(1_795_000_000_000)
}

pub(super) fn every_page() -> Vec<(&'static str, String)> {
    let mut pages = of_the_sender();
    pages.extend(of_the_recipient());
    pages.extend(of_the_operator());
    pages
}

fn of_the_sender() -> Vec<(&'static str, String)> {
    vec![
        (
            "upload",
            render(&UploadPage {
                layout: layout(),
                max_size: 10 << 30,
                max_size_words: size_words(10 << 30),
                expiry_choices: vec![
                    ("1h".into(), expiry_label(3600)),
                    ("1d".into(), expiry_label(86_400)),
                ],
                default_expiry: "1d".into(),
                upload_password_required: true,
            }),
        ),
        (
            "uploaded",
            render(&UploadedPage {
                layout: layout(),
                link: format!("https://example.org/d/{ID}#{TICKET}"),
                status_link: format!("https://example.org/s/{ID}#{TICKET}"),
                expires_at: moment(),
                size_words: size_words(1),
            }),
        ),
        (
            "status",
            render(&StatusPage {
                layout: layout(),
                id: ID.into(),
            }),
        ),
        (
            "status result",
            render(&StatusResultPage {
                layout: layout(),
                id: ID.into(),
                owner: TICKET.into(),
                words: state_words("locked"),
                size_words: size_words(9),
                tries_left: Some(5),
                sent_words: None,
                created_at: Some(moment()),
                expires_at: Some(moment()),
                reserved_at: None,
                started_at: None,
                ended_at: None,
            }),
        ),
    ]
}

fn of_the_recipient() -> Vec<(&'static str, String)> {
    vec![
        (
            "collect",
            render(&CollectPage {
                layout: layout(),
                id: ID.into(),
                ticket: TICKET.into(),
            }),
        ),
        (
            "passphrase",
            render(&PassphrasePage {
                layout: layout(),
                id: ID.into(),
                ticket: TICKET.into(),
                tries_left: Some(4),
                key: Some(TICKET.into()),
            }),
        ),
        (
            "reserved",
            render(&ReservedPage {
                layout: layout(),
                download: format!("/r/{ID}/{TICKET}"),
                name: HOSTILE.into(),
                size_words: size_words(2048),
                reserved_until: moment(),
            }),
        ),
        ("gone", render(&GonePage { layout: layout() })),
        (
            "not acceptable",
            render(&NotAcceptablePage { layout: layout() }),
        ),
    ]
}

fn of_the_operator() -> Vec<(&'static str, String)> {
    vec![
        (
            "error",
            render(&ErrorPage {
                layout: layout(),
                status: 503,
                title: "Not now".into(),
                detail: HOSTILE.into(),
                request_id: "0123".into(),
                next_step: Some(("/".into(), "Start over".into())),
                retry_after: Some(5),
            }),
        ),
        (
            "login",
            render(&LoginPage {
                layout: layout(),
                error: Some(HOSTILE.into()),
            }),
        ),
        (
            "admin",
            render(&AdminPage {
                layout: layout(),
                stats: AdminStats {
                    shares: vec![("available".into(), 1)],
                    bytes_words: size_words(5),
                    free_words: size_words(6),
                    transfers: 0,
                    last_sweep_at: Some(moment()),
                    ..AdminStats::default()
                },
                state: None,
                shares: vec![AdminShare {
                    id: ID.into(),
                    state: "available".into(),
                    size_words: size_words(5),
                    created_at: moment(),
                    expires_at: moment(),
                }],
                next: Some("a b".into()),
                cleanup: Some(CleanupReport {
                    dry_run: true,
                    finished: 1,
                    expired: 2,
                    past_hours: 3,
                    unknown: 4,
                    bytes_words: size_words(7),
                }),
            }),
        ),
    ]
}
