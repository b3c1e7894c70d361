//! Tests of the parent module.

mod samples;

use self::samples::{BROWSERS, DOWNLOADERS, LIBRARIES, TOOLS_AND_PREVIEWS};
use super::*;

#[test]
fn tools_and_previews_are_turned_away_everywhere() {
    let agents = Agents::new(None);
    for agent in TOOLS_AND_PREVIEWS {
        assert!(agents.blocks_page(Some(agent)), "{agent}");
        assert!(agents.blocks_bytes(Some(agent)), "{agent}");
    }
    for agent in LIBRARIES {
        assert!(agents.blocks_page(Some(agent)), "{agent}");
    }
    assert!(
        TOOLS_AND_PREVIEWS.len() >= 60,
        "{}",
        TOOLS_AND_PREVIEWS.len()
    );
}

#[test]
fn browsers_pass_everywhere() {
    let agents = Agents::new(None);
    for agent in BROWSERS {
        assert!(!agents.blocks_page(Some(agent)), "{agent}");
        assert!(!agents.blocks_bytes(Some(agent)), "{agent}");
    }
    assert!(BROWSERS.len() >= 60, "{}", BROWSERS.len());
}

#[test]
fn download_managers_get_the_bytes() {
    let agents = Agents::new(None);
    for agent in DOWNLOADERS {
        assert!(!agents.blocks_bytes(Some(agent)), "{agent}");
    }
}

#[test]
fn no_agent_gets_the_bytes_but_not_the_page() {
    let agents = Agents::new(None);
    for agent in [None, Some(""), Some("  ")] {
        assert!(agents.blocks_page(agent));
        assert!(!agents.blocks_bytes(agent));
    }
}

#[test]
fn the_operator_s_names_are_added_or_replace_ours() {
    let own = |add_to_list| BlockedAgents {
        add_to_list,
        names: vec!["mytool".to_owned()],
    };
    let added = Agents::new(Some(&own(true)));
    assert!(added.blocks_page(Some("MyTool/2")) && added.blocks_bytes(Some("MyTool/2")));
    assert!(added.blocks_page(Some("curl/8")));
    let replaced = Agents::new(Some(&own(false)));
    assert!(replaced.blocks_page(Some("MyTool/2")) && !replaced.blocks_page(Some("curl/8")));
    assert!(
        !replaced.blocks_page(Some("okhttp/4")) && !replaced.blocks_page(Some("Twitterbot/1.0"))
    );
}

#[test]
fn the_lists_are_in_lower_case_and_free_of_versions() {
    for name in [lists::TOOLS, lists::LIBRARIES, lists::PREVIEWS]
        .into_iter()
        .flatten()
    {
        assert!(
            !name.contains(['/', ' ']) && *name == name.to_lowercase(),
            "{name}"
        );
    }
}
