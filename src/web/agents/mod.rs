//! Command-line tools, libraries and link previews get 406 before any look-up. This guards against accidents (a link
//! pasted into `curl`, a chat that fetches a preview); it is not security.

mod lists;

use std::collections::HashSet;

use crate::config::BlockedAgents;

/// The agents that are turned away, by product name.
pub struct Agents {
    /// Turned away from pages and from bytes.
    tools: HashSet<String>,
    /// Turned away from pages only: on phones, the system's download manager may look like a library.
    libraries: HashSet<&'static str>,
    /// Turned away from both, also when named inside a comment, where robots introduce themselves.
    previews: HashSet<&'static str>,
}

impl Agents {
    /// The built-in lists, with the operator's names added or in their place.
    pub fn new(own: Option<&BlockedAgents>) -> Self {
        let built_in = own.is_none_or(|own| own.add_to_list);
        let of = |list: &'static [&'static str]| list.iter().copied().filter(move |_| built_in);
        let own = own.iter().flat_map(|own| own.names.iter().cloned());
        Self {
            tools: of(lists::TOOLS).map(str::to_owned).chain(own).collect(),
            libraries: of(lists::LIBRARIES).collect(),
            previews: of(lists::PREVIEWS).collect(),
        }
    }

    /// Whether an agent is turned away from the page of a share. No agent at all is turned away too.
    pub fn blocks_page(&self, agent: Option<&str>) -> bool {
        let agent = agent.map(str::trim).unwrap_or_default();
        agent.is_empty() || self.names(agent, |name| self.libraries.contains(name))
    }

    /// Whether an agent is turned away from the bytes of a reserved share.
    pub fn blocks_bytes(&self, agent: Option<&str>) -> bool {
        agent.is_some_and(|agent| self.names(agent, |_| false))
    }

    fn names(&self, agent: &str, also: impl Fn(&str) -> bool) -> bool {
        products(agent).any(|(place, product)| {
            let name = product.to_ascii_lowercase();
            let name = name.as_str();
            self.previews.contains(name)
                || (place == Place::Outside && (self.tools.contains(name) || also(name)))
        })
    }
}

/// Where in the header a product stands (RFC 9110, section 10.1.5).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    InComment,
}

/// Product names without their versions, each whole: `curlew/1.0` yields `curlew`, never `curl`.
fn products(agent: &str) -> impl Iterator<Item = (Place, &str)> {
    let mut depth = 0_u32;
    let is_edge = |character: char| {
        character.is_whitespace() || matches!(character, '(' | ')' | ';' | ',' | '[' | ']' | '"')
    };
    agent.split_inclusive(is_edge).filter_map(move |piece| {
        let place = if depth == 0 {
            Place::Outside
        } else {
            Place::InComment
        };
        match piece.chars().next_back() {
            Some('(') => depth = depth.saturating_add(1),
            Some(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let word = piece.trim_end_matches(is_edge);
        let name = word.split('/').next().unwrap_or_default();
        (!name.is_empty()).then_some((place, name))
    })
}

#[cfg(test)]
mod tests;
