//! Reads `[limits]` of `policy.toml`: where the bot stops by itself. What the numbers mean is in `moderation::breaker`.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::{Limits, Reader, duration};

impl Reader<'_> {
    /// The numbers under `[limits]`; what is left out has its default.
    pub(super) fn limits(&mut self, value: &Spanned<DeValue<'_>>) -> Limits {
        let mut limits = Limits::default();
        let Some(table) = value.get_ref().as_table() else {
            self.complain(
                value.span().start,
                "`limits` is a table: write `[limits]` above its keys",
            );
            return limits;
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "window" => limits.window = self.span(name, value, limits.window),
                "tenure" => limits.tenure = self.span(name, value, limits.tenure),
                "members" => limits.members = self.limit(name, value),
                "reversals" => limits.reversals = self.limit(name, value),
                "of" => limits.of = self.limit(name, value),
                "bans" => limits.bans = self.limit(name, value),
                other => self.complain(
                    key.span().start,
                    format!(
                        "unknown key `{other}`: limits are window, members, tenure, reversals, of and bans"
                    ),
                ),
            }
        }
        if limits.reversals > limits.of {
            self.complain(
                value.span().start,
                "`reversals` must not be more than `of`, or it would never be reached",
            );
        }
        limits
    }

    fn span(&mut self, name: &str, value: &Spanned<DeValue<'_>>, default: Duration) -> Duration {
        self.text_of(name, value)
            .and_then(|text| self.checked(value, duration(&text)))
            .unwrap_or(default)
    }

    fn limit(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> u32 {
        let count = self.count(name, value);
        if count == 0 {
            self.complain(value.span().start, format!("`{name}` must be at least 1"));
        }
        count
    }
}
