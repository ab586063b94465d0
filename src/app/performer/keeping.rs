//! Files of a message, kept before it is removed, and what its pictures look like.
//!
//! Comparing later pictures with these is done in [`crate::app::judge`]; which of them count, in `moderation::copies`.

use std::time::Duration;

use futures_util::future::{join, join_all};
use futures_util::stream::{self, StreamExt};

use crate::app::App;
use crate::app::judge::pictures;
use crate::artefacts::secrets;
use crate::model::case::Case;
use crate::model::effect::{EffectOutcome, EffectRow};
use crate::model::{CaseId, GuildId};
use crate::storage::{InGuild, KeptAttachment};

/// The time and size within which files are kept; the message is removed only afterwards.
const KEEPING: Duration = Duration::from_secs(3);
const LARGEST_KEPT: u64 = 8 << 20;
/// Pictures of embeds that are fetched at the same time for one message.
const PREVIEWS_AT_ONCE: usize = 3;

/// Keeps the files of a case's message, as far as time and size allow.
pub(super) async fn keep(app: &App, row: &EffectRow, case: Case) -> EffectOutcome {
    let (files, previews) = case
        .evidence
        .map(|evidence| (evidence.attachments, evidence.previews))
        .unwrap_or_default();
    let fetches = files.into_iter().take(pictures::FILES).map(|file| async move {
        let bytes = if file.url.is_empty() || file.size > LARGEST_KEPT {
            None
        } else {
            fetch(app, &file.url).await.filter(|bytes| !holds_secret(bytes))
        };
        KeptAttachment {
            id: file.id,
            filename: file.filename,
            bytes,
        }
    });
    // Pictures of embeds are nobody's files: they are only remembered.
    let previews = own_previews(app, row.guild, case.id, previews).await;
    let (kept, mut hashes) = join(join_all(fetches), hashes_of_previews(app, &previews)).await;
    for bytes in kept.iter().filter_map(|file| file.bytes.as_ref()) {
        hashes.extend(app.bench.pictures.hash(bytes.clone()).await);
    }
    pictures::note(app, row.guild, case.id, hashes).await;
    if kept.is_empty() {
        return EffectOutcome::Done {
            result: None,
            channel: None,
        };
    }
    match app
        .store
        .keep_attachments(InGuild(row.guild), case.id, kept)
        .await
    {
        Ok(()) => EffectOutcome::Done {
            result: None,
            channel: None,
        },
        // The message is removed even when its files cannot be kept: safety before evidence.
        Err(error) => EffectOutcome::Failed {
            failure: error.to_string(),
        },
    }
}

/// Those pictures of embeds that are the scam's own. Where everybody links to, its pictures are everybody's; and where one of its
/// links leads to where regulars have long linked to, any of them may be the community's.
async fn own_previews(app: &App, guild: GuildId, case: CaseId, mut previews: Vec<String>) -> Vec<String> {
    if previews.is_empty() {
        return previews;
    }
    match app.store.wanted_of(InGuild(guild), case).await {
        Ok(wanted) if wanted.is_some_and(|wanted| wanted.names_familiar) => return Vec::new(),
        Ok(_) => {}
        Err(error) => tracing::warn!(%guild, %error, "where a scam leads could not be looked up"),
    }
    let rulebook = app.rulebook.current();
    previews.retain(|address| !origin(address).is_some_and(|host| rulebook.ruleset.is_well_known(host)));
    previews
}

/// The host that a picture was taken from, as Discord's image proxy names it in its addresses:
/// `https://images-ext-1.discordapp.net/external/<signature>/https/<host>/<path>`. Discord does not document the form; an address
/// that has another names no host.
fn origin(proxied: &str) -> Option<&str> {
    let (_, external) = proxied.split_once("/external/")?;
    let (_, address) = external
        .split_once("/https/")
        .or_else(|| external.split_once("/http/"))?;
    address
        .split(['/', ':', '?'])
        .next()
        .filter(|host| !host.is_empty())
}

/// What the pictures of embeds look like, as many as can be fetched in the time that keeping files may take.
async fn hashes_of_previews(app: &App, previews: &[String]) -> Vec<u64> {
    let mut hashes = Vec::new();
    let looks: Vec<_> = previews
        .iter()
        .take(pictures::PREVIEWS)
        .map(|url| async move { app.bench.pictures.hash(fetch(app, url).await?).await })
        .collect();
    let looking = async {
        let mut looked = stream::iter(looks).buffer_unordered(PREVIEWS_AT_ONCE);
        while let Some(hash) = looked.next().await {
            hashes.extend(hash);
        }
    };
    if tokio::time::timeout(KEEPING, looking).await.is_err() {
        tracing::info!("not all pictures of a message's embeds could be remembered in time");
    }
    hashes
}

async fn fetch(app: &App, url: &str) -> Option<Vec<u8>> {
    match tokio::time::timeout(KEEPING, app.platform.attachment(url, LARGEST_KEPT)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            tracing::info!(%error, "a file could not be kept");
            None
        }
        Err(_) => None,
    }
}

/// Whether a file that can be read as text gives a secret away. Pictures of one cannot be told.
fn holds_secret(bytes: &[u8]) -> bool {
    !secrets::find(&String::from_utf8_lossy(bytes)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxied_address_names_the_host_that_its_picture_was_taken_from() {
        let proxy = "https://images-ext-1.discordapp.net/external";
        for (address, host) in [
            ("c2ln/https/media.tenor.com/abc/cat.png", Some("media.tenor.com")),
            (
                "c2ln/%3Fwidth%3D300/http/example.org:8080/a.png",
                Some("example.org"),
            ),
            ("c2ln/https/", None),
            ("c2ln", None),
        ] {
            assert_eq!(origin(&format!("{proxy}/{address}")), host, "{address}");
        }
        assert_eq!(
            origin("https://media.discordapp.net/attachments/1/2/https/a.png"),
            None
        );
    }
}
