//! What a client makes of Discord's marks: names in place of ids, spans in place of seconds.

use std::sync::LazyLock;

use fake_discord::clock::Timestamp;
use fake_discord::ids::Id;
use fake_discord::world::State;
use regex::{Captures, Regex};

/// Channels, roles, people, times: <https://discord.com/developers/docs/reference#message-formatting>.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(#|@&|@!?|t:)(\d{1,20})(?::(\w))?>").expect("the expression is sound"));

/// A text as a client shows it. What is not there any more keeps its mark.
pub(crate) fn as_shown(text: &str, state: &State) -> String {
    let named = |found: &Captures<'_>| {
        let number = found[2].parse().unwrap_or_default();
        let shown = match &found[1] {
            "#" => channel(state, Id(number)),
            "@&" => role(state, Id(number)),
            "t:" => Some(moment(
                state,
                number,
                found.get(3).is_some_and(|style| style.as_str() == "R"),
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

/// A moment, in seconds since 1970: how far from now, or by date and minute.
fn moment(state: &State, second: u64, relative: bool) -> String {
    let second = i64::try_from(second).unwrap_or_default();
    if relative {
        return span(second - state.now().as_millis() / 1000);
    }
    let written = Timestamp::from_millis(second.saturating_mul(1000)).to_string();
    written.get(..16).unwrap_or(&written).replace('T', " ")
}

/// So many seconds from now, or before now.
fn span(seconds: i64) -> String {
    if seconds == 0 {
        return "just now".to_owned();
    }
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
