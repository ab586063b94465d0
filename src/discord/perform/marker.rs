//! Markers: by what a thing that we made is recognised in Discord afterwards, when the answer to its making was lost.
//!
//! A message carries a short reference in its small print, made from what it is about; a thread carries its ticket's
//! number in its name. A reference tells nothing to anybody else. Looking for them is done in `super::trace`.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::discord::words::{Saying, shortened};
use crate::model::Timestamp;
use crate::model::ticket::Ticket;

/// Room that the reference takes in a text.
const ROOM: usize = 20;
/// The longest text, in characters, that is whole with its reference in one message.
pub const LONGEST_TEXT: usize = 2000 - ROOM;

/// The nonce of a send: Discord takes at most 25 characters.
pub fn nonce(key: &str, planned_at: Timestamp) -> String {
    digest(&format!("{key}@{}", planned_at.0), 12)
}

/// The reference of a message that is about `seed`.
pub fn reference(seed: &str) -> String {
    format!("ref {}", digest(seed, 4))
}

/// A saying with its reference in the small print.
pub fn marked(saying: &Saying, seed: &str) -> Saying {
    let reference = reference(seed);
    let mut marked = saying.clone();
    match &mut marked.card {
        Some(card) if card.footer.is_empty() => card.footer = reference,
        Some(card) => card.footer = format!("{} · {reference}", shortened(&card.footer, 2000)),
        None => marked.text = format!("{}\n-# {reference}", shortened(&marked.text, LONGEST_TEXT)),
    }
    marked
}

/// The name of a ticket's thread: no word of the member in it, and no state, because renaming is limited to twice in ten
/// minutes.
pub fn thread_name(ticket: &Ticket) -> String {
    if ticket.round > 1 {
        format!("ticket-{:04}-{}", ticket.number, ticket.round)
    } else {
        format!("ticket-{:04}", ticket.number)
    }
}

fn digest(text: &str, bytes: usize) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(bytes).fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::words::Card;

    #[test]
    fn a_nonce_fits_discords_limit_and_differs_by_key_and_time() {
        let one = nonce("case:1:card", Timestamp(5));
        assert!(one.len() <= 25);
        assert_ne!(one, nonce("case:2:card", Timestamp(5)));
        assert_ne!(one, nonce("case:1:card", Timestamp(6)));
    }

    #[test]
    fn every_message_carries_its_reference_in_its_small_print() {
        let text = marked(&Saying::text("x".repeat(3000)), "seed");
        assert!(text.text.ends_with(&reference("seed")) && text.text.chars().count() <= 2000);
        let card = marked(
            &Saying::card(Card {
                footer: "Case #3".to_owned(),
                ..Card::default()
            }),
            "seed",
        );
        assert_eq!(
            card.card.map(|card| card.footer),
            Some(format!("Case #3 · {}", reference("seed")))
        );
    }
}
