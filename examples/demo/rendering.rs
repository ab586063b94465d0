//! What a client makes of Discord's marks: names in place of ids, spans in place of seconds.

use std::sync::LazyLock;

use fake_discord::ids::Id;
use fake_discord::world::State;
use regex::{Captures, Regex};

/// Channels, roles, people, times: <https://discord.com/developers/docs/reference#message-formatting>.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(#|@&|@!?|t:)(\d{1,20})(?::\w)?>").expect("the expression is sound"));

/// A text as a client shows it. What is not there any more keeps its mark.
pub(crate) fn as_shown(text: &str, state: &State) -> String {
    let named = |found: &Captures<'_>| {
        let number = found[2].parse().unwrap_or_default();
        let shown = match &found[1] {
            "#" => channel(state, Id(number)),
            "@&" => role(state, Id(number)),
            "t:" => Some(span(
                i64::try_from(number).unwrap_or_default() - state.now().as_millis() / 1000,
            )),
            _ => state
                .users
                .get(&Id(number))
                .map(|user| format!("@{}", user.display_name())),
        };
        shown.unwrap_or_else(|| found[0].to_owned())
    };
    MARK.replace_all(text, named).into_owned()
}

fn channel(state: &State, id: Id) -> Option<String> {
    let name = state.channels.get(&id)?.name.as_deref()?;
    Some(format!("#{name}"))
}

fn role(state: &State, id: Id) -> Option<String> {
    let role = state.guilds.values().find_map(|guild| guild.roles.get(&id))?;
    Some(format!("@{}", role.name))
}

/// So many seconds from now, or before now.
fn span(seconds: i64) -> String {
    let length = seconds.unsigned_abs();
    let (count, unit) = match length {
        0..60 => (length, "second"),
        60..3600 => ((length + 30) / 60, "minute"),
        3600..86_400 => ((length + 1800) / 3600, "hour"),
        _ => ((length + 43_200) / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds < 0 {
        format!("{count} {unit}{plural} ago")
    } else {
        format!("in {count} {unit}{plural}")
    }
}
