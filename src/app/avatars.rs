//! Compares the avatars of strangers with those of staff: whoever borrows a moderator's picture is shown to moderators, as
//! with a borrowed name, and never punished by itself.
//!
//! A member's picture is looked at once, and only where staff have pictures of their own. Fetches are counted for each
//! member and each guild; a picture that is known by Discord's own name for it is not fetched at all. Only 64 bits of a
//! picture are kept, in memory. How a picture becomes those bits is said in `moderation::picture`.

use std::hash::BuildHasher;
use std::time::Duration;

use dashmap::DashMap;

use super::App;
use super::budget::Budget;
use super::impostors::{self, Seen};
use super::people::StaffAvatar;
use super::platform::PlatformError;
use crate::model::avatar::Avatar;
use crate::model::message::Attachment;
use crate::model::{GuildId, Timestamp, UserId};
use crate::moderation::impostors::{WINDOW, same_avatar};
use crate::moderation::picture::NEAR;
use crate::moderation::standing::is_staff;
use crate::storage::Sighting;

/// Pictures that are fetched within a minute for a guild, and of these for one member within an hour.
const PER_GUILD: usize = 60;
const PER_MEMBER: usize = 5;
/// Bytes of the largest avatar that is looked at; one of 128 pixels has a few ten thousand.
const LARGEST: u64 = 1 << 20;
/// The longest that fetching one may take.
const FETCHING: Duration = Duration::from_secs(3);
/// Members whose pictures are remembered as looked at, and whose fetches are counted; more are forgotten all at once.
const MOST_JUDGED: usize = 100_000;
const MOST_COUNTED: usize = 10_000;
/// Pictures of staff whose bits are remembered, in all guilds.
const MOST_HASHED: usize = 2000;

/// What looking at avatars remembers.
#[derive(Debug, Default)]
pub struct Avatars {
    /// Which picture of a member was looked at last, among which staff.
    judged: DashMap<(GuildId, UserId), u64>,
    staff: DashMap<Avatar, Option<u64>>,
    guilds: DashMap<GuildId, Budget>,
    members: DashMap<(GuildId, UserId), Budget>,
    hasher: foldhash::fast::FixedState,
}

impl Avatars {
    /// Whether a picture has not been looked at yet beside these of staff. From now on it has.
    fn is_news(&self, guild: GuildId, avatar: &Avatar, staff: &[StaffAvatar]) -> bool {
        let hash = self.hasher.hash_one((avatar, staff));
        if self.judged.len() >= MOST_JUDGED {
            self.judged.clear();
        }
        self.judged.insert((guild, avatar.user), hash) != Some(hash)
    }

    fn judge_again(&self, guild: GuildId, member: UserId) {
        self.judged.remove(&(guild, member));
    }

    fn may_fetch(&self, guild: GuildId, member: UserId, now: Timestamp) -> bool {
        if self.members.len() >= MOST_COUNTED {
            self.members.clear();
        }
        let own = self
            .members
            .entry((guild, member))
            .or_insert_with(|| Budget::new(PER_MEMBER, Duration::from_hours(1)))
            .spend(now);
        own && self
            .guilds
            .entry(guild)
            .or_insert_with(|| Budget::new(PER_GUILD, Duration::from_mins(1)))
            .spend(now)
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.judged.retain(|(home, _), _| *home != guild);
        self.members.retain(|(home, _), _| *home != guild);
        self.guilds.remove(&guild);
    }
}

/// Looks at a member's picture, and opens a case when a member of staff has the same.
pub async fn look(app: &App, seen: &Seen) {
    let (guild, member) = (seen.guild, &seen.member);
    let Some(avatar) = &seen.avatar else { return };
    let Ok(settings) = app.guilds.load(app.store.as_ref(), guild).await else {
        return;
    };
    let directory = app.guilds.directory(guild);
    let is_exempt = |roles: &[_]| roles.iter().any(|role| settings.exempt_roles.contains(role));
    if member.bot
        || !settings.set_up
        || is_staff(member.id, &member.roles, &settings, directory.as_deref())
        || is_exempt(&member.roles)
    {
        return;
    }
    let staff = app.people.staff_avatars(guild, &settings, directory.as_deref());
    if staff.is_empty() || !app.avatars.is_news(guild, avatar, &staff) {
        return;
    }
    if let Some(imitated) = imitated(app, guild, avatar, &staff).await {
        show(app, seen, avatar, &imitated.name).await;
    }
}

/// The member of staff who has the same picture.
async fn imitated<'s>(
    app: &App,
    guild: GuildId,
    avatar: &Avatar,
    staff: &'s [StaffAvatar],
) -> Option<&'s StaffAvatar> {
    if let Some(same) = staff.iter().find(|one| one.avatar.name == avatar.name) {
        return Some(same);
    }
    if !app.avatars.may_fetch(guild, avatar.user, app.clock.now()) {
        tracing::info!(%guild, "too many avatars; one was not looked at");
        app.avatars.judge_again(guild, avatar.user);
        return None;
    }
    let compared = compared(app, avatar, staff).await;
    compared.unwrap_or_else(|error| {
        // Nothing is known of the picture: the next event that shows the member looks again.
        tracing::info!(%guild, %error, "an avatar could not be fetched");
        app.avatars.judge_again(guild, avatar.user);
        None
    })
}

/// The member of staff whose picture differs in a few bits only. The first fetch that fails ends the comparison.
async fn compared<'s>(
    app: &App,
    avatar: &Avatar,
    staff: &'s [StaffAvatar],
) -> Result<Option<&'s StaffAvatar>, PlatformError> {
    let Some(theirs) = bits(app, avatar).await? else {
        return Ok(None);
    };
    for one in staff {
        if let Some(known) = bits_of_staff(app, &one.avatar).await?
            && (known ^ theirs).count_ones() <= NEAR
        {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// The bits of a picture of staff, fetched once. `None`: it is too large or cannot be read, and never will be.
async fn bits_of_staff(app: &App, avatar: &Avatar) -> Result<Option<u64>, PlatformError> {
    if let Some(known) = app.avatars.staff.get(avatar) {
        return Ok(*known);
    }
    let bits = bits(app, avatar).await?;
    if app.avatars.staff.len() >= MOST_HASHED {
        app.avatars.staff.clear();
    }
    app.avatars.staff.insert(avatar.clone(), bits);
    Ok(bits)
}

async fn bits(app: &App, avatar: &Avatar) -> Result<Option<u64>, PlatformError> {
    let fetched = tokio::time::timeout(FETCHING, app.platform.avatar(avatar, LARGEST)).await;
    let bytes = fetched.unwrap_or_else(|_| Err(PlatformError::Unanswered("it took too long".to_owned())))?;
    match bytes {
        Some(bytes) => Ok(app.bench.pictures.hash(bytes).await),
        None => Ok(None),
    }
}

async fn show(app: &App, seen: &Seen, avatar: &Avatar, imitated: &str) {
    let now = app.clock.now();
    let (guild, member) = (seen.guild, &seen.member);
    let names = seen.names();
    let mut evidence = impostors::evidence((guild, impostors::NOWHERE), member, &names, now);
    // Another picture under the same names is another sighting.
    evidence.attachments.push(Attachment {
        id: 0,
        filename: format!("avatar {}", avatar.name),
        size: 0,
        url: String::new(),
        content_type: None,
    });
    let sighting = Sighting {
        evidence,
        imitates: Some(imitated.to_owned()),
        alike: format!("avatar of {imitated}"),
        since: now - WINDOW,
    };
    if let Err(error) = impostors::open(app, sighting, same_avatar(), now).await {
        tracing::error!(%guild, member = %member.id, %error, "a borrowed picture could not be recorded");
        app.avatars.judge_again(guild, member.id);
    }
}
