//! In which view a phrase was hit: how much of its disguise had to be taken off.

use super::finding::View;
use super::normalise::Traits;
use super::normalise::table::{As, stands_for};

/// The reading a hit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// The text as given, or its plain reading.
    Plain,
    /// The deep reading, or the cleaned text.
    Deep,
    /// The joined reading.
    Joined,
}

/// A text without case, spaces and punctuation, its letters as they are.
pub(super) fn surface(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The view of a phrase hit, from the source it covers.
pub(super) fn of_phrase(slice: &str, phrase: &str, layer: Layer) -> View {
    if layer == Layer::Joined {
        View::Joined
    } else if surface(slice) != phrase {
        View::Folded
    } else if layer == Layer::Deep || hides_something(slice) {
        View::Stripped
    } else {
        View::Raw
    }
}

/// The view of a hit in the text or in its cleaned form.
pub(super) fn of_layer(layer: Layer) -> View {
    match layer {
        Layer::Plain => View::Raw,
        Layer::Deep => View::Folded,
        Layer::Joined => View::Joined,
    }
}

fn hides_something(slice: &str) -> bool {
    !slice.is_ascii()
        && slice.chars().any(|c| {
            let stands = stands_for(c);
            !c.is_ascii()
                && (stands.kind & Traits::INVISIBLE != 0 || stands.as_ == As::Nothing && c != '\u{2019}')
        })
}
