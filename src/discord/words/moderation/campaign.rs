//! A campaign's card and the answers to its buttons: many copies of one message, shown and decided as one.

use std::fmt::Write as _;

use super::{ago, forbidden, plural, pressed, span};
use crate::app::kept::Kept;
use crate::discord::component_id::ComponentId;
use crate::discord::permissions::Forbidden;
use crate::discord::words::{Button, ButtonStyle, Card, Saying, Tone};
use crate::model::campaign::Campaign;
use crate::model::case::{Case, CaseDeed, CaseState};
use crate::moderation::review::{Press, REVIEW_TIMEOUT};

/// The card of a campaign: the card of its first case, widened.
pub(super) fn widened(mut card: Card, case: &Case, campaign: &Campaign) -> Card {
    let asks = |deed| campaign.pleas.iter().any(|plea| plea.deed == deed);
    let standing = match case.state {
        _ if campaign.restored == campaign.copies => "undone",
        _ if asks(CaseDeed::AskedBack) || case.asks_back().is_some() => "an author asks to be let back",
        _ if asks(CaseDeed::Contested) => "an author contests it",
        _ if campaign.standing > 0 => "some still stand, waits for review",
        CaseState::Open => "removed, waits for review",
        CaseState::Confirmed => "upheld",
        CaseState::Restored => "partly undone",
    };
    card.title = format!(
        "Case #{} · campaign of {} · {standing}",
        case.number,
        sizes(campaign)
    );
    card.tone = match case.state {
        _ if campaign.standing > 0 || !campaign.pleas.is_empty() => Tone::Waiting,
        CaseState::Open => Tone::Waiting,
        CaseState::Confirmed => Tone::Danger,
        CaseState::Restored => Tone::Good,
    };
    let mut body = format!("{}, the latest {}\n", sizes(campaign), ago(campaign.latest));
    let _ = writeln!(body, "{}", fates(campaign));
    let named: Vec<String> = campaign
        .authors
        .iter()
        .map(|(author, count)| {
            if *count > 1 {
                format!("<@{author}> ({count})")
            } else {
                format!("<@{author}>")
            }
        })
        .collect();
    body.push_str(&named.join(" "));
    let more = campaign.accounts as usize - campaign.authors.len().min(campaign.accounts as usize);
    if more > 0 {
        let _ = write!(body, " and {more} more");
    }
    for (name, _, _) in &mut card.fields {
        if name == "Author" {
            "First author".clone_into(name);
        }
    }
    card.fields.insert(0, ("All copies".to_owned(), body, false));
    let reach = if campaign.pleas.is_empty() {
        "Each button works on every copy"
    } else {
        "A button with a number works on that case alone, every other one on every copy"
    };
    card.footer = format!("{reach}, and asks for your own permission and for a role above each author's.");
    card
}

/// "12 copies by 9 accounts in 5 channels".
fn sizes(campaign: &Campaign) -> String {
    format!(
        "{} by {} in {}",
        plural(u64::from(campaign.copies), "copy", "copies"),
        plural(u64::from(campaign.accounts), "account", "accounts"),
        plural(u64::from(campaign.channels), "channel", "channels")
    )
}

/// What became of the copies.
fn fates(campaign: &Campaign) -> String {
    let counts = [
        (campaign.removed, "removed"),
        (campaign.standing, "still standing"),
        (campaign.restored, "found harmless"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    told.join(", ")
}

/// The buttons of a campaign's card.
pub(super) fn buttons(case: &Case, campaign: &Campaign) -> Vec<Button> {
    let is_over = campaign.restored == campaign.copies;
    let banned = case.history.iter().any(|event| event.deed == CaseDeed::Banned);
    let uphold = if campaign.standing > 0 {
        format!("Uphold, remove {} more", campaign.standing)
    } else {
        "Uphold all".to_owned()
    };
    let button = |label: String, id, style, enabled| Button {
        enabled,
        ..Button::new(label, id, style)
    };
    vec![
        button(
            uphold,
            ComponentId::ConfirmCase(case.id),
            ButtonStyle::Primary,
            !is_over && (campaign.standing > 0 || case.state == CaseState::Open),
        ),
        button(
            "Restore all".to_owned(),
            ComponentId::RestoreCase(case.id),
            ButtonStyle::Success,
            !is_over,
        ),
        button(
            format!("Time out all {}", span(REVIEW_TIMEOUT.as_secs())),
            ComponentId::TimeoutAuthor(case.id),
            ButtonStyle::Secondary,
            !is_over && !banned,
        ),
        button(
            "Kick all".to_owned(),
            ComponentId::KickAuthor(case.id),
            ButtonStyle::Danger,
            !is_over && !banned,
        ),
        button(
            "Ban all".to_owned(),
            ComponentId::BanAuthor(case.id),
            ButtonStyle::Danger,
            !is_over,
        ),
    ]
}

/// After a press on a campaign's card: what is being done to how many, and what was left out and why.
pub fn pressed_all(
    press: Press,
    lead: &Case,
    copies: usize,
    accounts: usize,
    left_out: &[Forbidden],
) -> Saying {
    let number = lead.number;
    let copies = plural(copies as u64, "copy", "copies");
    let accounts = plural(accounts as u64, "account", "accounts");
    let mut text = match press {
        Press::Confirm => {
            format!("Case #{number}: {copies} upheld. Copies that still stand are looked for and removed.")
        }
        Press::Restore => format!(
            "Case #{number}: {copies} undone. What was removed is being put back, with the files that were kept; timeouts \
             and bans are lifted, unless another case still holds them. Whoever was banned or removed needs a new invitation."
        ),
        Press::Timeout => {
            format!("Case #{number}: {accounts} being timed out for 24 hours, {copies} upheld.")
        }
        Press::Kick => format!("Case #{number}: {accounts} being removed from the server, {copies} upheld."),
        Press::Ban | Press::BanClearing(_) => {
            format!("Case #{number}: {accounts} being banned, {copies} upheld.")
        }
        // What one author asked for is answered for that author alone.
        Press::LetBack | Press::Decline => return pressed(press, lead, Kept::default()),
    };
    if let Some(first) = left_out.first() {
        let _ = write!(
            text,
            "\n{} left out. The first of them: {}",
            plural(left_out.len() as u64, "account was", "accounts were"),
            forbidden(first)
        );
    }
    Saying::text(text)
}

/// In the honeypot channel, for people who wonder. It is not pinned: what others post there goes, so it stays the only message,
/// and pinning asks for a permission of its own (`PIN_MESSAGES`).
pub fn honeypot_notice() -> Saying {
    Saying::card(Card {
        title: "Please do not post here".to_owned(),
        body: "This channel is a trap for the programs that post scams into every channel they can reach. Whoever posts \
               here is timed out at once, and the message is removed.\n\nIf that happened to you by mistake: press \
               **Contest** in the message you got from me, and a moderator will undo it."
            .to_owned(),
        tone: Tone::Danger,
        ..Card::default()
    })
}
