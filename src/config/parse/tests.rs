//! Tests of the parent module.

use super::*;

#[test]
fn durations_need_a_unit_unless_they_are_zero() {
    for (text, milliseconds) in [
        ("500ms", 500),
        ("30s", 30_000),
        ("10m", 600_000),
        ("1h", 3_600_000),
        ("1d", 86_400_000),
        ("0", 0),
        ("0s", 0),
    ] {
        assert_eq!(
            duration(text),
            Ok(Duration::from_millis(milliseconds)),
            "{text}"
        );
    }
    for text in [
        "",
        "10",
        "-1s",
        "1.5h",
        "1 h",
        "h",
        "1H",
        "1w",
        "99999999999999999999s",
        "4000d",
        "1h30m",
        "+1s",
    ] {
        assert!(duration(text).is_err(), "{text}");
    }
}

#[test]
fn sizes_tell_decimal_from_binary() {
    for (text, bytes) in [
        ("500", 500),
        ("10GiB", 10 << 30),
        ("1 GiB", 1 << 30),
        ("500MB", 500_000_000),
        ("2K", 2048),
        ("3m", 3 << 20),
        ("1T", 1 << 40),
        ("0", 0),
    ] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
    for text in [
        "",
        "GiB",
        "1.5GiB",
        "-1",
        "1  GiB",
        "10XB",
        "99999999999TiB",
        "1e9",
    ] {
        assert!(size(text).is_err(), "{text}");
    }
}

#[test]
fn switches_know_eight_spellings_and_no_more() {
    assert!(
        ["on", "TRUE", "yes", "1"]
            .iter()
            .all(|text| switch(text) == Ok(true))
    );
    assert!(
        ["off", "False", "no", "0"]
            .iter()
            .all(|text| switch(text) == Ok(false))
    );
    assert!(
        ["", "enabled", "y", "2", "on "]
            .iter()
            .all(|text| switch(text).is_err())
    );
}

#[test]
fn rates_have_a_count_and_a_period() {
    assert_eq!(
        rate("60/h").map(|rate| (rate.count.get(), rate.per.as_secs())),
        Ok((60, 3600))
    );
    for text in ["60", "0/h", "-1/h", "60/w", "/h", "+6/h", "60/h/h"] {
        assert!(rate(text).is_err(), "{text}");
    }
}

#[test]
fn public_urls_are_bare_origins() {
    assert_eq!(
        public_url("https://Drop.example.org/").map(|url| url.origin),
        Ok("https://drop.example.org".to_owned())
    );
    assert_eq!(
        public_url("http://localhost:8080").map(|url| url.origin),
        Ok("http://localhost:8080".to_owned())
    );
    for text in [
        "drop.example.org",
        "ftp://x.org",
        "https://x.org/path",
        "https://x.org/?a",
        "https://u:p@x.org",
        "https://x.org/#a",
        "javascript:alert(1)",
    ] {
        assert!(public_url(text).is_err(), "{text}");
    }
}

#[test]
fn contacts_become_links_that_cannot_run_anything() {
    assert_eq!(
        abuse_contact("abuse@example.org").map(|contact| contact.href),
        Ok("mailto:abuse@example.org".to_owned())
    );
    assert_eq!(
        abuse_contact("https://example.org/abuse").map(|contact| contact.href),
        Ok("https://example.org/abuse".to_owned())
    );
    for text in [
        "javascript:alert(1)",
        "javascript:a@b.c",
        "abuse",
        "a b@example.org",
        "data:text/html,a@b.c",
    ] {
        assert!(abuse_contact(text).is_err(), "{text}");
    }
}

#[test]
fn networks_are_addresses_or_cidrs() {
    assert_eq!(networks("10.1.2.3/8, ::1").map(|list| list.len()), Ok(2));
    assert!(networks("10.0.0.0/33").is_err());
    assert!(networks("10.0.0.1,,").is_err());
}

#[test]
fn agents_are_product_names() {
    assert_eq!(
        agents("+Curl, foo-bot"),
        Ok(BlockedAgents {
            add_to_list: true,
            names: vec!["curl".into(), "foo-bot".into()]
        })
    );
    assert!(agents("curl/8.0").is_err());
    assert!(agents("+").is_err());
}
