//! Making a rule from a message, and trying rules on the past.

use std::fmt::Write as _;

use super::{inline, plural};
use crate::app::backtest::OnRecord;
use crate::app::backtest::history::Searched;
use crate::app::platform::PlatformError;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Card, Form, Input, Saying, Tone, quoted, shortened};
use crate::model::{ChannelId, MessageId};
use crate::rules::Level;
use crate::rules::backtest::Tally;

/// Keys of the form.
pub const RULE_ID: &str = "id";
/// The title.
pub const RULE_TITLE: &str = "title";
/// The words to look for.
pub const RULE_PHRASE: &str = "phrase";
/// Messages that must stay clean.
pub const RULE_CLEAN: &str = "clean";

/// Told to whoever would make a rule of a case of which nothing is left.
pub const NOTHING_KEPT: &str =
    "The message's text has been erased from the records, so there is nothing to make a rule of.";

/// The form behind "Make a rule", of a review card and of a message's menu. `text`: the message, secrets masked.
pub fn rule_form(channel: ChannelId, message: MessageId, text: &str) -> Form {
    let input = |key, label: &str, placeholder: &str, value: String, long, max| Input {
        key,
        label: label.to_owned(),
        placeholder: placeholder.to_owned(),
        value,
        long,
        required: true,
        min: 3,
        max,
    };
    let phrase = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Form {
        id: ComponentId::RuleForm(channel, message),
        title: "Make a rule from this message".to_owned(),
        inputs: vec![
            input(
                RULE_PHRASE,
                "The words that give it away",
                "Shorten this to what only a scammer writes",
                shortened(&phrase, 200),
                true,
                200,
            ),
            input(
                RULE_TITLE,
                "What is it, in a few words?",
                "Tortoise airdrop",
                String::new(),
                false,
                80,
            ),
            input(
                RULE_ID,
                "A short name, letters and dashes",
                "tortoise-airdrop",
                String::new(),
                false,
                60,
            ),
            input(
                RULE_CLEAN,
                "Three harmless messages like it, one a line",
                "What members might write that the rule must leave alone",
                String::new(),
                true,
                1000,
            ),
        ],
    }
}

/// The draft cannot become a rule.
pub fn draft_refused(errors: &str) -> Saying {
    Saying::card(Card {
        title: "This does not make a rule yet".to_owned(),
        body: quoted(errors, 3500),
        footer: "Nothing was changed. Open the form again from the message's menu.".to_owned(),
        tone: Tone::Waiting,
        ..Card::default()
    })
}

/// The draft as a rule, and what it would have found on this server's record.
pub fn draft(toml: &str, tally: &Tally) -> Saying {
    Saying::card(Card {
        title: "A sound rule. It changes nothing yet".to_owned(),
        body: format!(
            "{}\nWhoever runs the bot saves this as a file in the rules folder (`rules/own.toml`); it is picked up by itself. \
             It starts experimental: `/rules stats` shows what it would do, and `status = \"stable\"` lets it act.",
            quoted(toml, 2500).replacen("```\n", "```toml\n", 1)
        ),
        fields: vec![("On this server's record".to_owned(), tally_words(tally), false)],
        footer: "nightdesk backtest --rule FILE EXPORT… tries it on a chat export.".to_owned(),
        tone: Tone::Good,
    })
}

fn tally_words(tally: &Tally) -> String {
    if tally.messages == 0 {
        return "There are no cases on record to try it on.".to_owned();
    }
    let mut words = format!(
        "Of {} cases it finds {}: {} more would be removed, {} more shown.",
        tally.messages, tally.hit, tally.newly_removed, tally.newly_flagged
    );
    for sample in tally.samples.iter().take(5) {
        let change = match sample.after {
            _ if sample.after == sample.before => "as before",
            Level::Scam => "would be removed",
            Level::Suspicious => "would be shown",
            Level::Clean => "as before",
        };
        let _ = write!(
            words,
            "\n{}: {}, {change}",
            sample.id,
            inline(&sample.evidence, 80)
        );
    }
    words
}

/// `/rules backtest`: how a rule fares on this server's own record.
pub fn on_record(rule: &str, record: OnRecord) -> Saying {
    let rule = inline(rule, 60);
    if record.cases == 0 {
        return Saying::text("There are no cases on record to try a rule on.");
    }
    let waiting = record.hit - record.upheld - record.reversed;
    Saying::text(format!(
        "{rule} hits in {} of {} cases on record here: you upheld {} of those, found {} wrong, and {waiting} wait.",
        record.hit, record.cases, record.upheld, record.reversed
    ))
}

/// `/rules backtest` with words to search for: what a rule finds in this server's history.
pub fn in_history(rule: &str, sought: &str, searched: &Searched) -> Saying {
    let (rule, sought) = (inline(rule, 60), inline(sought, 100));
    let history = match searched {
        Searched::NotIndexed => {
            return Saying::text(
                "Discord has to index this server's messages first, and has begun to. Run this again in a minute.",
            );
        }
        Searched::TooOften(wait) => {
            let wait = plural(wait.as_secs().max(1), "second", "seconds");
            return Saying::text(format!(
                "This server's searches are used up for the moment. Run this again in {wait}."
            ));
        }
        Searched::Found(history) => history,
    };
    if history.messages == 0 {
        return Saying::text(format!(
            "Discord finds no message with {sought} that you may read and that the rules would judge."
        ));
    }
    let mut words = format!(
        "{rule} hits in {} of the {} newest messages that Discord finds for {sought}; {} of the hits are by members of 90 \
         days or more.",
        history.hit, history.messages, history.by_long_members
    );
    for hit in &history.samples {
        let _ = write!(words, "\n{}: {}", hit.link, inline(&hit.evidence, 80));
    }
    if history.more {
        words.push_str("\nThere are more, older ones, which were not read.");
    }
    Saying::text(words)
}

/// Discord did not let the bot search.
pub fn search_failed(error: &PlatformError) -> Saying {
    let advice = match error {
        PlatformError::Refused(_) => {
            "It needs the permission Read Message History, and the bot's application the message-content intent."
        }
        PlatformError::Invalid(_) => "Try other words.",
        _ => "Try again in a minute.",
    };
    Saying::text(format!("The search did not work: {error}. {advice}"))
}
