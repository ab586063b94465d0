//! The table of routes: which method and path lead to which function.
//!
//! Paths are written as Discord documents them; of several that match, the one with the most literal segments wins.

use super::call::{Answered, Call};
use super::routes;
use crate::world::State;

/// Whether a route asks for the bot's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bot …` must be right.
    Bot,
    /// The path itself holds a secret, or there is nothing to protect.
    Open,
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// HTTP method in capitals.
    pub method: &'static str,
    /// Path as documented, without `/api/v10`.
    pub path: &'static str,
    /// Whether it asks for a token.
    pub auth: Auth,
    /// What it does.
    pub run: fn(&mut State, &Call) -> Answered,
}

impl Route {
    /// A route that asks for the bot's token.
    pub const fn bot(
        method: &'static str,
        path: &'static str,
        run: fn(&mut State, &Call) -> Answered,
    ) -> Self {
        Self {
            method,
            path,
            auth: Auth::Bot,
            run,
        }
    }

    /// A route that asks for no token.
    pub const fn open(
        method: &'static str,
        path: &'static str,
        run: fn(&mut State, &Call) -> Answered,
    ) -> Self {
        Self {
            method,
            path,
            auth: Auth::Open,
            run,
        }
    }

    /// The values of its parameters in `path`, or `None` when it does not match.
    fn params(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut params = Vec::new();
        let mut given = path.trim_end_matches('/').split('/');
        for pattern in self.path.split('/') {
            let segment = given.next()?;
            if let Some(name) = pattern
                .strip_prefix('{')
                .and_then(|inner| inner.strip_suffix('}'))
            {
                if segment.is_empty() {
                    return None;
                }
                params.push((name, segment.to_owned()));
            } else if pattern != segment {
                return None;
            }
        }
        given.next().is_none().then_some(params)
    }

    fn parameter_count(&self) -> usize {
        self.path.matches('{').count()
    }

    /// Whether answers here are exempt from the global rate limit.
    pub fn is_free_of_global_limit(&self) -> bool {
        self.path.starts_with("/interactions/")
            || self.path.starts_with("/webhooks/{webhook_id}/{webhook_token}")
    }
}

/// The route for a method and path (without `/api/v10`) and the values of its parameters.
pub fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<(&'static str, String)>)> {
    routes::all()
        .filter(|route| route.method == method)
        .filter_map(|route| route.params(path).map(|params| (route, params)))
        .min_by_key(|(route, _)| route.parameter_count())
}

/// The value by which Discord separates buckets: the channel, guild or webhook a path begins with.
pub fn top_level_resource(params: &[(&'static str, String)]) -> String {
    params
        .iter()
        .filter(|(name, _)| matches!(*name, "channel_id" | "guild_id" | "webhook_id" | "webhook_token"))
        .map(|(_, value)| value.as_str())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_segment_wins_over_a_parameter() {
        let (route, _) = find("GET", "/users/@me").expect("a route");
        assert_eq!(route.path, "/users/@me");
        let (route, params) = find("GET", "/users/42").expect("a route");
        assert_eq!(
            (route.path, params),
            ("/users/{user_id}", vec![("user_id", "42".to_owned())])
        );
    }

    #[test]
    fn no_route_stands_twice_in_the_table() {
        let mut seen = std::collections::HashSet::new();
        for route in routes::all() {
            assert!(
                seen.insert((route.method, route.path)),
                "{} {} twice",
                route.method,
                route.path
            );
        }
    }

    #[test]
    fn an_unknown_path_or_method_has_no_route() {
        assert!(find("GET", "/nowhere").is_none());
        assert!(find("DELETE", "/gateway").is_none());
    }
}
