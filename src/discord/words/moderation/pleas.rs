//! What authors of a campaign's copies ask for, on the campaign's card: each with buttons that are about that one case. What
//! the first author asks for stands in the card itself, as on the card of a case without copies.

use super::ago;
use crate::discord::component_id::ComponentId;
use crate::discord::words::{Button, ButtonStyle, quoted};
use crate::model::campaign::Plea;
use crate::model::case::CaseDeed;

/// Pleas whose buttons stand in one row: two for each.
pub(super) const PLEAS_IN_ROW: usize = 2;
/// How much of a contest is quoted, in characters, so that several fit on a card; `/case show` has the rest.
const QUOTE: usize = 300;

/// The first `room` pleas, and that there are more.
pub(super) fn fields(pleas: &[Plea], room: usize) -> Vec<(String, String, bool)> {
    let mut fields: Vec<(String, String, bool)> = pleas.iter().take(room).map(field).collect();
    if pleas.len() > room {
        fields.push((
            "And more".to_owned(),
            "Other authors ask, too: they come up here as these are answered.".to_owned(),
            false,
        ));
    }
    fields
}

fn field(plea: &Plea) -> (String, String, bool) {
    let (number, author, when) = (plea.number, plea.author, ago(plea.at));
    if plea.deed == CaseDeed::AskedBack {
        return (
            format!("Case #{number}: asks to be let back"),
            format!(
                "<@{author}>, {when}: the author says that the account is theirs again. Look whether they write like \
                 themselves, or ask them outside of Discord."
            ),
            false,
        );
    }
    let words = plea.note.as_deref().unwrap_or("(the text has been erased)");
    (
        format!("Case #{number}: the author contests it"),
        format!("<@{author}>, {when}:\n{}", quoted(words, QUOTE)),
        false,
    )
}

/// The answers to the first `room` pleas, by row.
pub(super) fn buttons(pleas: &[Plea], room: usize) -> Vec<Vec<Button>> {
    let shown = &pleas[..pleas.len().min(room)];
    shown
        .chunks(PLEAS_IN_ROW)
        .map(|row| row.iter().flat_map(answers).collect())
        .collect()
}

fn answers(plea: &Plea) -> [Button; 2] {
    let number = plea.number;
    if plea.deed == CaseDeed::AskedBack {
        return [
            Button::new(
                format!("Let #{number} back"),
                ComponentId::LetBack(plea.case),
                ButtonStyle::Success,
            ),
            Button::new(
                format!("Not yet, #{number}"),
                ComponentId::DeclineBack(plea.case),
                ButtonStyle::Secondary,
            ),
        ];
    }
    [
        Button::new(
            format!("Restore #{number}"),
            ComponentId::RestoreOne(plea.case),
            ButtonStyle::Success,
        ),
        Button::new(
            format!("Uphold #{number}"),
            ComponentId::ConfirmOne(plea.case),
            ButtonStyle::Secondary,
        ),
    ]
}
