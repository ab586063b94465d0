//! The review card: everything a moderator needs to uphold a case or undo it.

use std::fmt::Write as _;
use std::time::Duration;

use super::case_buttons::{buttons, more_buttons, request};
use super::pleas::{self, PLEAS_IN_ROW};
use super::{ago, at, campaign, category_name, did, inline, steps};
use crate::app::impostors::NOWHERE;
use crate::discord::words::{Button, Card, Saying, Tone, quoted};
use crate::model::campaign::Campaign;
use crate::model::case::{Action, Case, CaseDeed, CaseState};
use crate::model::effect::{Effect, EffectRow, EffectState};
use crate::model::ids::created_at;
use crate::model::message::{Arrival, IncomingMessage, MessagePart, message_link};
use crate::moderation::impostors::AVATAR;
use crate::moderation::review::is_removed;
use crate::moderation::softening::{Softened, Softening};
use crate::rules::{Finding, Level, Place};

/// How much of the message a card quotes, in characters.
const QUOTE: usize = 1500;
/// How many findings a card lists.
const FINDINGS: usize = 5;
/// Discord's rows of buttons.
const ROWS: usize = 5;
/// How many members of a wave a card names.
const OTHERS: usize = 30;

/// A case as moderators see it in the mod log, with its buttons. `campaign`: of its copies, where it has any. `troubles`:
/// effects of all of them that ended badly.
pub fn review_card(case: &Case, campaign: Option<&Campaign>, troubles: &[EffectRow]) -> Saying {
    let (mut card, buttons) = match campaign {
        None => (card(case, troubles), vec![buttons(case), more_buttons(case)]),
        Some(all) => (
            campaign::widened(card(case, troubles), case, all),
            vec![campaign::buttons(case, all), more_buttons(case)],
        ),
    };
    let mut buttons: Vec<Vec<Button>> = buttons.into_iter().chain(request(case)).collect();
    if let Some(all) = campaign {
        let room = ROWS.saturating_sub(buttons.len()) * PLEAS_IN_ROW;
        // Beside the figures: when a card is full, its last fields give way.
        card.fields.splice(1..1, pleas::fields(&all.pleas, room));
        buttons.extend(pleas::buttons(&all.pleas, room));
    }
    Saying {
        card: Some(card),
        buttons,
        ..Saying::default()
    }
}

/// The card alone.
pub(super) fn card(case: &Case, troubles: &[EffectRow]) -> Card {
    let mut fields = vec![
        ("Author".to_owned(), author(case), true),
        ("Where".to_owned(), place(case), true),
        ("Verdict".to_owned(), verdict(case), true),
        ("Found".to_owned(), findings(&case.findings), false),
        ("What happened".to_owned(), doings(case, troubles), false),
    ];
    if let Some(name) = &case.imitates {
        let title = if is_about_a_picture(case) {
            "Has the picture of"
        } else {
            "Looks like"
        };
        fields.insert(3, (title.to_owned(), inline(name, 80), true));
    }
    if !case.others.is_empty() {
        let title = format!("And {} more, on whom each button acts too", case.others.len());
        fields.insert(1, (title, others(case), false));
    }
    // That the author takes no messages is said above, in fewer words.
    let told = |row: &&EffectRow| case.author_unreachable && matches!(row.effect, Effect::TellAuthor { .. });
    let failed = lines(troubles.iter().filter(|row| !told(row)).map(trouble));
    if !failed.is_empty() {
        fields.push(("Did not work".to_owned(), failed, false));
    }
    if let Some(event) = case
        .history
        .iter()
        .rev()
        .find(|event| event.deed == CaseDeed::Contested)
    {
        let words = event.note.as_deref().unwrap_or("(the text has been erased)");
        fields.push((
            format!("The author contests it, {}", ago(event.at)),
            quoted(words, 1000),
            false,
        ));
    }
    if let Some(event) = case.asks_back() {
        let words = format!(
            "{}: the author says that the account is theirs again. Look whether they write like themselves, or ask them \
             outside of Discord.",
            ago(event.at)
        );
        fields.push(("Asks to be let back".to_owned(), words, false));
    }
    if case.history.len() > 1 {
        fields.push(("History".to_owned(), history(case), false));
    }
    Card {
        title: format!("Case #{} · {}", case.number, standing(case)),
        body: evidence(case.evidence.as_ref()),
        fields,
        footer: "Each button asks for your own permission and for a role above the author's.".to_owned(),
        tone: match case.state {
            CaseState::Open => Tone::Waiting,
            CaseState::Confirmed => Tone::Danger,
            CaseState::Restored => Tone::Good,
        },
    }
}

/// Whether a case is about a member whose picture is one of staff.
pub(super) fn is_about_a_picture(case: &Case) -> bool {
    case.is_about_a_name() && case.findings.iter().any(|finding| *finding.rule == *AVATAR)
}

/// Where a case stands, in a word or two.
pub(super) fn standing(case: &Case) -> &'static str {
    match case.state {
        _ if case.asks_back().is_some() => "the author asks to be let back",
        CaseState::Open if case.contested() => "contested",
        CaseState::Open if is_about_a_picture(case) && case.others.is_empty() => {
            "a picture, waits for review"
        }
        CaseState::Open if is_about_a_picture(case) => "a wave of pictures, waits for review",
        CaseState::Open if case.is_about_a_name() && case.others.is_empty() => "a name, waits for review",
        CaseState::Open if case.is_about_a_name() => "a wave of names, waits for review",
        CaseState::Restored if case.is_about_a_name() => "no impostor",
        CaseState::Open if is_removed(case) => "removed, waits for review",
        CaseState::Open => "not removed, waits for review",
        CaseState::Confirmed => "upheld",
        CaseState::Restored => "undone",
    }
}

fn author(case: &Case) -> String {
    let Some(evidence) = &case.evidence else {
        return format!("<@{}>", case.author);
    };
    let author = &evidence.author;
    if author.webhook.is_some() {
        return format!("webhook {}", inline(&author.display_name, 80));
    }
    let mut text = format!("<@{}> {}", author.id, inline(&author.name, 40));
    if author.bot {
        text.push_str("\na bot");
    }
    let _ = write!(text, "\naccount made {}", ago(created_at(author.id.0)));
    if let Some(joined) = author.joined_at {
        let _ = write!(text, "\njoined {}", ago(joined));
    }
    text
}

/// The other members of a wave, the first of them by name.
fn others(case: &Case) -> String {
    let mut text: Vec<String> = case
        .others
        .iter()
        .take(OTHERS)
        .map(|other| format!("<@{}>", other.user))
        .collect();
    if let Some(more) = case.others.len().checked_sub(OTHERS).filter(|more| *more > 0) {
        text.push(format!("… and {more} more"));
    }
    text.join(" ")
}

fn place(case: &Case) -> String {
    if case.is_about_a_name() {
        let seen = ago(case.opened_at);
        return if case.channel == NOWHERE {
            format!("at a join or a change of name or picture\nseen {seen}")
        } else {
            format!("beside a message in <#{}>\nseen {seen}", case.channel)
        };
    }
    let posted = case
        .evidence
        .as_ref()
        .map_or(case.opened_at, |evidence| evidence.posted_at);
    let mut text = format!("<#{}>\nposted {}", case.channel, ago(posted));
    if !is_removed(case) {
        let _ = write!(
            text,
            "\n[to the message]({})",
            message_link(case.guild, case.channel, case.message)
        );
    }
    text
}

fn verdict(case: &Case) -> String {
    let sure = match case.level {
        Level::Clean => "only observed",
        Level::Suspicious => "suspicious",
        Level::Scam if case.is_about_a_name() => "a borrowed name",
        Level::Scam => "a scam",
    };
    format!(
        "{sure}, score {}\n{}, {}",
        case.score,
        category_name(case.category),
        case.severity
    )
}

fn findings(findings: &[Finding]) -> String {
    let mut shown = lines(findings.iter().take(FINDINGS).map(|finding| {
        let observed = if finding.observed_only {
            ", observed only"
        } else {
            ""
        };
        format!(
            "{} {} in {} {}–{}, {} view{observed}: {}",
            inline(&finding.rule, 60),
            finding.severity,
            finding.place,
            finding.span.start,
            finding.span.end,
            finding.view,
            inline(&finding.evidence, 80),
        )
    }));
    if let Some(more) = findings.len().checked_sub(FINDINGS).filter(|more| *more > 0) {
        let _ = write!(shown, "\n… and {more} more");
    }
    if shown.is_empty() {
        "nothing".to_owned()
    } else {
        shown
    }
}

/// What was planned at once and did not fail, and why no more than that.
fn doings(case: &Case, troubles: &[EffectRow]) -> String {
    let failed = |action: &&Action| {
        troubles.iter().any(|row| carries_out(&row.effect, **action))
            || (case.author_unreachable && matches!(**action, Action::Tell | Action::Recover))
    };
    let mut done: Vec<String> = case
        .actions
        .iter()
        .filter(|action| !failed(action))
        .map(|action| match *action {
            Action::Log => "nothing was removed, nobody was punished".to_owned(),
            Action::Delete if was_blocked(case) => {
                "Discord's AutoMod blocked the message by our patterns, before anybody saw it".to_owned()
            }
            Action::Delete => "the message was removed".to_owned(),
            Action::Timeout { seconds } => {
                let until = case.opened_at + Duration::from_secs(seconds);
                format!("the author was timed out until {}", at(until))
            }
            Action::Quarantine { seconds } => {
                format!("the author got the quarantine role{}", until(case, seconds))
            }
            Action::Kick => "the author was removed from the server".to_owned(),
            Action::Ban { seconds, .. } => format!("the author was banned{}", until(case, seconds)),
            Action::Tell => "the author was told".to_owned(),
            Action::Recover => {
                "the account is most likely stolen: its owner was shown how to get it back".to_owned()
            }
        })
        .collect();
    if case.author_unreachable {
        done.push("the author takes no direct messages and was not told".to_owned());
    }
    if let Some(line) = case.softened.as_deref() {
        match line.parse::<Softened>() {
            Ok(softened) => {
                done.push(why_less(softened.why).to_owned());
                if !softened.spared.is_empty() {
                    done.push(format!("the policy would have said: {}", steps(&softened.spared)));
                }
            }
            Err(_) => done.push(format!("less than the policy says: {}", inline(line, 60))),
        }
    }
    if let Some((_, message)) = case.restored_as {
        done.push(format!(
            "put back: [the message]({})",
            message_link(case.guild, case.channel, message)
        ));
    }
    if done.is_empty() {
        done.push("nothing yet".to_owned());
    }
    lines(done.into_iter())
}

fn was_blocked(case: &Case) -> bool {
    case.evidence
        .as_ref()
        .is_some_and(|evidence| evidence.arrival == Arrival::Blocked)
}

/// The moment at which something ends by itself, after what lasts until then.
fn until(case: &Case, seconds: Option<u64>) -> String {
    seconds.map_or_else(String::new, |seconds| {
        format!(" until {}", at(case.opened_at + Duration::from_secs(seconds)))
    })
}

/// Whether an effect is what an action of the opening came to.
const fn carries_out(effect: &Effect, action: Action) -> bool {
    matches!(
        (effect, action),
        (
            Effect::DeleteMessage { .. } | Effect::DeleteThread { .. } | Effect::RenameThread { .. },
            Action::Delete
        ) | (Effect::TimeoutMember { .. }, Action::Timeout { .. })
            | (Effect::AddRole { .. }, Action::Quarantine { .. })
            | (Effect::TellAuthor { .. }, Action::Tell | Action::Recover)
            | (Effect::KickMember { .. }, Action::Kick)
            | (Effect::BanMember { .. }, Action::Ban { .. })
    )
}

const fn why_less(softening: Softening) -> &'static str {
    match softening {
        Softening::NotSetUp => "nothing more, because nobody has set this server up: use `/setup channels`",
        Softening::Observing => {
            "nothing more, because this server only observes: `/setup mode enforce` changes that"
        }
        Softening::RuleObserved => "nothing more, because this server only observes the rules that hit",
        Softening::Staff => {
            "less than for a member, because the author is staff. If this is not like them, their account may be stolen: \
             ask them outside of Discord"
        }
        Softening::TooManyBans => {
            "no ban, because so many were banned and kicked within an hour that a person should look first: the limit is \
             `bans` in policy.toml"
        }
        Softening::FoundHarmless => "nothing more, because a moderator found another copy of it harmless",
        Softening::TooManyAtOnce => {
            "less than the policy says, because so much was done about this campaign within a minute that one of you has to \
             say whether it goes on"
        }
        Softening::NoQuarantineRole => "no quarantine, because no role was chosen: use `/setup quarantine`",
    }
}

fn trouble(row: &EffectRow) -> String {
    let what = match row.effect {
        Effect::KeepAttachments { .. } => "keeping the attachments",
        Effect::DeleteMessage { .. } => "removing the message",
        Effect::DeleteThread { .. } => "removing the thread",
        Effect::RenameThread { back: false, .. } => "taking the title away",
        Effect::RenameThread { back: true, .. } => "giving the title back",
        Effect::TimeoutMember { .. } => "timing the author out",
        Effect::RenewTimeout { .. } => "renewing the timeout",
        Effect::LiftTimeout { .. } => "ending the timeout",
        Effect::AddRole { .. } => "giving the quarantine role",
        Effect::RemoveRole { .. } => "taking the quarantine role away",
        Effect::KickMember { .. } => "removing the author from the server",
        Effect::BanMember { .. } => "banning the author",
        Effect::LiftBan { .. } => "lifting the ban",
        Effect::TellAuthor { .. } | Effect::TellAnswer { .. } | Effect::TellRestored { .. } => {
            "telling the author"
        }
        Effect::RestoreMessage { .. } => "putting the message back",
        Effect::PurgeCopies { .. } => "looking for copies",
        Effect::AlertOfStolenStaff { .. } => "alerting the server's owner",
        _ => "something else",
    };
    let how = match row.state {
        EffectState::Uncertain => "nobody can tell whether it worked; please look",
        EffectState::Expired => "its time ran out",
        _ => "it failed",
    };
    match row.failure.as_deref() {
        Some(why) => format!("{what}: {how} ({})", inline(why, 150)),
        None => format!("{what}: {how}"),
    }
}

fn history(case: &Case) -> String {
    lines(case.history.iter().skip(1).rev().take(8).rev().map(|event| {
        let who = event
            .by
            .map_or_else(|| "Nightdesk".to_owned(), |by| format!("<@{by}>"));
        match event.note.as_deref().filter(|_| event.deed == CaseDeed::Noted) {
            Some(note) => format!("{who} noted {}: {}", ago(event.at), inline(note, 300)),
            None => format!("{who} {}, {}", did(event.deed), ago(event.at)),
        }
    }))
}

/// The message as it was judged, each text under the name of its place.
fn evidence(message: Option<&IncomingMessage>) -> String {
    let Some(message) = message else {
        return "The message itself has been erased from the records, as planned or on request.".to_owned();
    };
    let is_content = |part: &&MessagePart| matches!(part.place, Place::Content | Place::Edit);
    let mut body = String::new();
    let mut room = QUOTE;
    for part in message
        .parts
        .iter()
        .filter(is_content)
        .chain(message.parts.iter().filter(|part| !is_content(part)))
    {
        if room < 20 {
            body.push_str("… and more\n");
            break;
        }
        if !is_content(&part) {
            let _ = writeln!(body, "{}:", part.place);
        }
        let _ = writeln!(body, "{}", quoted(&part.text, room));
        room = room.saturating_sub(part.text.chars().count());
    }
    for file in message.attachments.iter().take(5) {
        let _ = writeln!(body, "file {} ({} bytes)", inline(&file.filename, 80), file.size);
    }
    if message.parts.iter().any(|part| !part.secrets.is_empty()) {
        body.push_str("A secret stood here. It was replaced before anything was stored.");
    }
    if body.is_empty() {
        body.push_str("The message had no text.");
    }
    body.trim_end().to_owned()
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
