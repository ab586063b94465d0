//! Makes a message's fingerprint from what the scan has read.
//!
//! Which fingerprints are alike is said in `model::fingerprint`; what follows is decided in [`super::copies`].

use crate::model::fingerprint::{Fingerprint, MOST_LINKS};
use crate::model::message::{IncomingMessage, MessagePart};
use crate::rules::{Place, Scratch};

/// The fingerprint of a message. `scratch`: the buffers in which that message was scanned last. A message that held a
/// secret has none: its author is a victim, and nothing of it is compared with anything.
pub fn of(message: &IncomingMessage, scratch: &mut Scratch) -> Fingerprint {
    if message.parts.iter().any(|part| !part.secrets.is_empty()) {
        return Fingerprint::default();
    }
    let mut links = [0; MOST_LINKS];
    for (slot, link) in links.iter_mut().zip(scratch.outside_links()) {
        *slot = *link;
    }
    let texts = |wanted: fn(Place) -> bool| {
        message
            .parts
            .iter()
            .filter(move |part| wanted(part.place))
            .map(|part: &MessagePart| part.text.as_str())
    };
    // A link's preview comes later than its message: embeds count only where there are no words of the author's own.
    let sketcher = scratch.sketcher();
    let text = sketcher
        .sketch(texts(is_written))
        .or_else(|| sketcher.sketch(texts(|place| matches!(place, Place::Embed { .. }))));
    Fingerprint {
        text,
        links,
        files: files(message),
    }
}

const fn is_written(place: Place) -> bool {
    matches!(
        place,
        Place::Content
            | Place::Edit
            | Place::Snapshot { .. }
            | Place::ThreadName
            | Place::PollQuestion
            | Place::PollAnswer { .. }
            | Place::ComponentText { .. }
    )
}

/// Names, sizes and types of all files, in any order. FNV-1a (Fowler, Noll, Vo), 32 bits a file, added up.
fn files(message: &IncomingMessage) -> u32 {
    let sum = message.attachments.iter().fold(0_u32, |sum, file| {
        let kind = file.content_type.as_deref().unwrap_or_default();
        let bytes = file
            .filename
            .bytes()
            .chain([0])
            .chain(kind.bytes())
            .chain(file.size.to_le_bytes());
        let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        sum.wrapping_add(hash)
    });
    if message.attachments.is_empty() {
        0
    } else {
        sum.max(1)
    }
}
