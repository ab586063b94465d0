//! Where links have led in each guild: read from the store on first use, taught by regulars, written in batches.
//!
//! Only a message that nobody minds teaches, and only from somebody who is not new here: a wave of newcomers does not make
//! its own link familiar. At most 320 KB a guild. What a new link means is said by the rules.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use dashmap::DashMap;

use super::App;
use crate::model::fingerprint::Fingerprint;
use crate::model::message::IncomingMessage;
use crate::model::{GuildId, Timestamp};
use crate::moderation::standing::is_new;
use crate::rules::SeenHosts;
use crate::storage::{self, InGuild, Store};

/// Where was linked to in each guild.
#[derive(Debug, Default)]
pub struct SeenLinks {
    guilds: DashMap<GuildId, Arc<Hosts>>,
}

/// Where was linked to in one guild.
#[derive(Debug, Default)]
pub struct Hosts {
    seen: RwLock<SeenHosts>,
    /// Learnt since the last batch.
    fresh: Mutex<Vec<u32>>,
}

impl SeenLinks {
    /// What a guild has linked to, read from the store on first use.
    pub async fn load(&self, store: &dyn Store, guild: GuildId) -> storage::Result<Arc<Hosts>> {
        if let Some(known) = self.guilds.get(&guild) {
            return Ok(Arc::clone(&known));
        }
        let seen = store.seen_hosts(InGuild(guild)).await?.into_iter().collect();
        let hosts = Arc::new(Hosts {
            seen: RwLock::new(seen),
            fresh: Mutex::default(),
        });
        Ok(Arc::clone(&self.guilds.entry(guild).or_insert(hosts)))
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.guilds.remove(&guild);
    }
}

impl Hosts {
    /// What is known now.
    pub fn read(&self) -> RwLockReadGuard<'_, SeenHosts> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns from a message that nobody minded, if its author is known not to be new here.
    pub fn learn_from(&self, message: &IncomingMessage, fingerprint: &Fingerprint, now: Timestamp) {
        let joined_at = message.author.joined_at;
        if joined_at.is_none() || is_new(joined_at, now) {
            return;
        }
        for link in fingerprint.links.into_iter().filter(|link| *link != 0) {
            if self.read().knows(link) {
                continue;
            }
            if self
                .seen
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .learn(link)
            {
                self.lock().push(link);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u32>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what was learnt since the last time.
pub async fn write(app: &App) {
    let guilds: Vec<(GuildId, Arc<Hosts>)> = app
        .seen_hosts
        .guilds
        .iter()
        .map(|entry| (*entry.key(), Arc::clone(entry.value())))
        .collect();
    for (guild, hosts) in guilds {
        let fresh = std::mem::take(&mut *hosts.lock());
        if fresh.is_empty() {
            continue;
        }
        let noted = app
            .store
            .note_hosts(InGuild(guild), fresh.clone(), app.clock.now())
            .await;
        if let Err(error) = noted {
            tracing::warn!(%guild, %error, "where was linked to could not be noted; it is tried again");
            hosts.lock().extend(fresh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::{Arrival, Author};
    use crate::model::{ChannelId, MessageId, UserId};

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn by_member_since(joined_at: Option<Timestamp>) -> IncomingMessage {
        IncomingMessage {
            guild: GuildId(1),
            channel: ChannelId(2),
            id: MessageId(3),
            author: Author {
                id: UserId(4),
                name: "bob".to_owned(),
                display_name: "Bob".to_owned(),
                bot: false,
                webhook: None,
                roles: Vec::new(),
                joined_at,
            },
            arrival: Arrival::Posted,
            posted_at: NOW,
            parts: Vec::new(),
            attachments: Vec::new(),
            forwards: None,
            mentions_everyone: false,
            previews: Vec::new(),
            needs_fetch: false,
        }
    }

    #[test]
    fn regulars_teach_where_links_lead_and_newcomers_and_strangers_do_not() {
        let hosts = Hosts::default();
        let link = Fingerprint {
            links: [7, 0, 0],
            ..Fingerprint::default()
        };
        for newcomer in [None, Some(NOW)] {
            hosts.learn_from(&by_member_since(newcomer), &link, NOW);
            assert!(!hosts.read().knows(7));
        }
        hosts.learn_from(&by_member_since(Some(Timestamp(0))), &link, NOW);
        assert!(hosts.read().knows(7));
        assert_eq!(*hosts.lock(), [7], "it is written once");
    }
}
