//! A removed message as it is put back: under its author's name, with its own words and small print that says what could
//! not come back.

use super::{ago, inline};
use crate::discord::words::{Saying, shortened};
use crate::model::case::Case;
use crate::model::message::MessagePart;
use crate::rules::Place;

/// Discord's longest name of a webhook.
const WEBHOOK_NAME: usize = 80;
/// The most names of lost files, and the longest of them in characters: the small print is not to crowd out the message.
const MOST_NAMES: usize = 5;
const LONGEST_NAME: usize = 40;
/// The file that goes with a message whose text does not fit beside its small print.
pub const WHOLE_TEXT: &str = "message.txt";

/// A message that is put back.
#[derive(Debug, PartialEq, Eq)]
pub struct Restored {
    /// What is posted.
    pub saying: Saying,
    /// Its whole text, where that does not fit into the post: goes with it as [`WHOLE_TEXT`].
    pub whole: Option<String>,
}

/// A removed message with its small print, in at most `room` characters. `lost`: the names of its files that do not come
/// back.
pub fn restored(case: &Case, lost: &[&str], room: usize) -> Restored {
    let Some(message) = &case.evidence else {
        return Restored {
            saying: Saying::text("-# A message stood here; its text has been erased from the records."),
            whole: None,
        };
    };
    let is_content = |part: &&MessagePart| matches!(part.place, Place::Content | Place::Edit);
    let content: Vec<&str> = message
        .parts
        .iter()
        .filter(is_content)
        .map(|part| part.text.as_str())
        .collect();
    let rest: Vec<&str> = message
        .parts
        .iter()
        .filter(|part| {
            !is_content(part)
                && !matches!(
                    part.place,
                    Place::AttachmentName { .. } | Place::DisplayName | Place::ThreadName
                )
        })
        .map(|part| part.text.as_str())
        .collect();
    let gone = if rest.is_empty() {
        "Reactions and replies"
    } else {
        "Its form, reactions and replies"
    };
    let secrets = message.parts.iter().any(|part| !part.secrets.is_empty());
    let masked = if secrets {
        " A secret in it stays hidden."
    } else {
        ""
    };
    let mut small_print = format!(
        "\n-# Written by <@{}> {}, removed by mistake and put back. {gone} could not come back.{masked}{}",
        case.author,
        ago(message.posted_at),
        lost_files(lost),
    );
    let text = [content, rest].concat().join("\n");
    let fits = text.chars().count() + small_print.chars().count() <= room;
    if !fits {
        small_print.push_str(" Its whole text is in `");
        small_print.push_str(WHOLE_TEXT);
        small_print.push_str("`.");
    }
    let shown = shortened(&text, room.saturating_sub(small_print.chars().count()));
    Restored {
        saying: Saying::text(format!("{shown}{small_print}")),
        whole: (!fits).then_some(text),
    }
}

/// Says which files do not come back.
fn lost_files(lost: &[&str]) -> String {
    let names: Vec<String> = lost
        .iter()
        .take(MOST_NAMES)
        .map(|name| inline(name, LONGEST_NAME))
        .collect();
    let more = match lost.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match lost {
        [] => String::new(),
        [_] => format!(" Its file {} could not be kept.", names.concat()),
        _ => format!(" Its files {}{more} could not be kept.", names.join(", ")),
    }
}

/// The name under which a message is put back. Discord refuses names of webhooks that hold "discord" or "clyde".
pub fn restored_name(case: &Case) -> String {
    let shown = case
        .evidence
        .as_ref()
        .map_or("", |message| message.author.display_name.trim());
    let folded = shown.to_lowercase();
    if shown.is_empty()
        || ["discord", "clyde", "```", "system message"]
            .iter()
            .any(|word| folded.contains(word))
    {
        return "Restored message".to_owned();
    }
    shortened(shown, WEBHOOK_NAME)
}
