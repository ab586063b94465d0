//! What each area asks of a member, and what is done with the answers before anything else sees them.
//!
//! A form has at most five questions: an anxious person answers what is short. The words of the questions are in
//! `discord::words::desk`; whether the answers open a ticket is decided in [`super::opening`].

use std::time::Duration;

use crate::artefacts::secrets;
use crate::model::ticket::{Answer, Area};

/// Something a form can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// What happened.
    Happened,
    /// What they wanted to do.
    Goal,
    /// Which chain and which wallet.
    Chain,
    /// Transaction hashes and addresses.
    References,
    /// When it happened.
    When,
    /// Whether it goes on: money that can still be saved changes everything.
    StillHappening,
    /// Which account.
    Account,
    /// What they have tried.
    Tried,
    /// Who did it.
    Suspect,
    /// Where it happened.
    Place,
    /// Whether they clicked, signed or sent anything.
    Touched,
    /// The message that the ticket is opened from.
    Message,
    /// What the ticket is about, in their words.
    About,
}

impl Question {
    /// Its key in a form. Forms outlive versions of the bot: a key never changes its meaning.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Goal => "goal",
            Self::Chain => "chain",
            Self::References => "references",
            Self::When => "when",
            Self::StillHappening => "still-happening",
            Self::Account => "account",
            Self::Tried => "tried",
            Self::Suspect => "suspect",
            Self::Place => "place",
            Self::Touched => "touched",
            Self::Message => "message",
            Self::About => "about",
        }
    }
}

/// A question as a form asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub question: Question,
    /// Whether there is room for several lines.
    pub long: bool,
    /// Whether it must be answered.
    pub required: bool,
    /// Longest answer in characters.
    pub max: u16,
}

const fn long(question: Question, required: bool) -> Ask {
    Ask {
        question,
        long: true,
        required,
        max: 1500,
    }
}

const fn short(question: Question, required: bool) -> Ask {
    Ask {
        question,
        long: false,
        required,
        max: 200,
    }
}

/// What the form of an area asks, in order.
pub const fn questions(area: Area) -> &'static [Ask] {
    use Question::{
        Account, Chain, Goal, Happened, Place, References, StillHappening, Suspect, Touched, Tried, When,
    };
    match area {
        Area::Funds => {
            const {
                &[
                    long(Happened, true),
                    short(StillHappening, true),
                    short(Chain, false),
                    long(References, false),
                    short(When, false),
                ]
            }
        }
        Area::Transaction => {
            const {
                &[
                    long(Goal, true),
                    long(Happened, true),
                    short(Chain, false),
                    long(References, false),
                    short(When, false),
                ]
            }
        }
        Area::Account => {
            const {
                &[
                    long(Happened, true),
                    short(Account, false),
                    short(When, false),
                    long(Tried, false),
                ]
            }
        }
        Area::ScamReport => {
            const {
                &[
                    long(Happened, true),
                    short(Suspect, false),
                    short(Place, false),
                    short(Touched, false),
                    long(References, false),
                ]
            }
        }
        Area::Other => const { &[long(Happened, true), long(Goal, false)] },
    }
}

/// What the form of "Open ticket from this message" asks.
pub const FROM_MESSAGE: [Ask; 3] = [
    short(Question::About, true),
    Ask {
        question: Question::Message,
        long: true,
        required: false,
        max: 3000,
    },
    long(Question::Happened, false),
];

/// The area that somebody means by these words; [`Area::Other`] when it cannot be told. Agents see the words too.
pub fn area_meant(words: &str) -> Area {
    const MEANT: [(Area, &[&str]); 4] = [
        (
            Area::ScamReport,
            &["scam", "imposter", "impostor", "phish", "fake", "fraud", "spam"],
        ),
        (
            Area::Transaction,
            &[
                "transaction",
                "tx",
                "swap",
                "bridge",
                "deposit",
                "withdraw",
                "stuck",
                "pending",
            ],
        ),
        (
            Area::Funds,
            &["wallet", "fund", "drain", "stolen", "hack", "money"],
        ),
        (
            Area::Account,
            &[
                "account", "login", "log in", "log-in", "verif", "password", "email", "e-mail",
            ],
        ),
    ];
    let words = words.to_lowercase();
    MEANT
        .into_iter()
        .find(|(_, signs)| signs.iter().any(|sign| words.contains(sign)))
        .map_or(Area::Other, |(area, _)| area)
}

/// Until when a member may expect a first answer: what the welcome card promises to aim for.
///
/// Four hours where money may be leaving, a day otherwise: the figures a staffed community can keep.
pub const fn expected_first_answer(area: Area) -> Duration {
    let hours = match area {
        Area::Funds | Area::ScamReport => 4,
        Area::Transaction | Area::Account | Area::Other => 24,
    };
    Duration::from_hours(hours)
}

/// The answers of a form, safe to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Questions that were answered, in the form's order, secrets replaced.
    pub answers: Vec<Answer>,
    /// How many secrets were replaced.
    pub secrets_removed: u32,
}

/// Takes the secrets out of what was typed and drops what was left empty. `typed`: question as shown, answer as typed.
///
/// The answers are looked through as one text, because people split a phrase of 24 words over two fields. A mask is exactly
/// as long as what it hides, so each answer is found again at its place.
pub fn filled<'a>(typed: impl IntoIterator<Item = (&'a str, &'a str)>) -> Filled {
    let typed: Vec<(&str, &str)> = typed.into_iter().collect();
    let whole = typed.iter().map(|(_, text)| *text).collect::<Vec<_>>().join("\n");
    let redacted = secrets::redact(&whole);
    let mut filled = Filled {
        answers: Vec::new(),
        secrets_removed: u32::try_from(redacted.found.len()).unwrap_or(u32::MAX),
    };
    let mut start = 0;
    for (question, text) in typed {
        let end = start + text.len();
        // A mask that begins in an earlier answer reads as dots here: say what they are.
        let hidden = redacted
            .found
            .iter()
            .find(|secret| secret.span.start < start && start < secret.span.end);
        let shown = hidden.map_or(start, |secret| secret.span.end.min(end));
        let rest = redacted.text.get(shown..end).unwrap_or_default();
        let safe = if hidden.is_some() {
            format!("[removed] {rest}")
        } else {
            rest.to_owned()
        };
        let safe = safe.trim();
        if !safe.is_empty() {
            filled.answers.push(Answer {
                question: question.to_owned(),
                text: safe.to_owned(),
            });
        }
        start = end + 1;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_asks_between_one_and_five_things_and_first_what_happened_or_was_wanted() {
        for area in Area::ALL {
            let asks = questions(area);
            assert!((1..=5).contains(&asks.len()), "{area:?}");
            assert!(asks[0].required && asks[0].long, "{area:?}");
        }
    }

    #[test]
    fn no_form_asks_the_same_thing_twice() {
        for area in Area::ALL {
            let mut keys: Vec<_> = questions(area).iter().map(|ask| ask.question.key()).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), questions(area).len(), "{area:?}");
        }
    }

    #[test]
    fn lost_money_is_asked_whether_it_goes_on() {
        assert!(
            questions(Area::Funds)
                .iter()
                .any(|ask| ask.question == Question::StillHappening && ask.required)
        );
    }

    #[test]
    fn a_seed_phrase_typed_into_a_form_is_replaced_and_counted() {
        let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        let filled = filled([
            ("What happened?", format!("gone! my words: {phrase}").as_str()),
            ("When?", " "),
        ]);
        assert_eq!(filled.secrets_removed, 1);
        assert_eq!(filled.answers.len(), 1);
        assert!(
            !filled.answers[0].text.contains("sausage"),
            "{}",
            filled.answers[0].text
        );
        assert!(filled.answers[0].text.starts_with("gone!"));
    }

    #[test]
    fn a_seed_phrase_split_over_two_answers_is_replaced_in_both() {
        let first =
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon";
        let second =
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";
        let filled = filled([("one", first), ("two", second), ("three", "1 USDC")]);
        assert!(filled.secrets_removed > 0);
        for answer in &filled.answers[..2] {
            assert!(
                !answer.text.contains("abandon") && !answer.text.contains("art"),
                "{answer:?}"
            );
        }
        assert_eq!(filled.answers[1].text, "[removed]");
        assert_eq!(filled.answers[2].text, "1 USDC");
    }

    proptest::proptest! {
        #[test]
        fn answers_without_secrets_come_out_as_they_went_in(texts in proptest::collection::vec("[a-z0-9é漢 ]{0,30}", 1..5)) {
            let filled = filled(texts.iter().map(|text| ("q", text.as_str())));
            let kept: Vec<&str> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
            if filled.secrets_removed == 0 {
                proptest::prop_assert_eq!(filled.answers.iter().map(|a| a.text.as_str()).collect::<Vec<_>>(), kept);
            }
        }
    }

    #[test]
    fn words_lead_to_their_area_and_unknown_ones_to_something_else() {
        assert_eq!(area_meant("A scam or an impostor"), Area::ScamReport);
        assert_eq!(area_meant("my WALLET"), Area::Funds);
        assert_eq!(area_meant("a transaction"), Area::Transaction);
        assert_eq!(area_meant("log in"), Area::Account);
        assert_eq!(area_meant("ça ne marche pas"), Area::Other);
    }
}
