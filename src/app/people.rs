//! Who is who in each guild, as far as names go: holders of roles and what they are called, which names strangers may
//! therefore not borrow, and whose names have been judged already.
//!
//! Fed by every event that shows a member; nothing here is stored, and all of it is bounded. What a borrowed name leads to
//! is decided in [`super::impostors`].

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;

use crate::model::avatar::Avatar;
use crate::model::guild::{Directory, GuildSettings};
use crate::model::{GuildId, RoleId, UserId};
use crate::moderation::standing::is_staff;
use crate::rules::NameBook;

/// Holders of roles that are remembered per guild: about 1 MB. Staff make room for themselves.
const MOST_HOLDERS: usize = 5000;
/// Pictures of staff that those of strangers are compared with.
const MOST_AVATARS: usize = 100;
/// Names that are remembered of one holder.
const MOST_NAMES: usize = 6;
/// Members whose judged names are remembered, in all guilds: about 6 MB. More are forgotten all at once and judged again.
const MOST_JUDGED: usize = 100_000;

/// Names of people, by guild.
#[derive(Debug, Default)]
pub struct People {
    crowds: DashMap<GuildId, Mutex<Crowd>>,
    judged: DashMap<(GuildId, UserId), u64>,
    hasher: foldhash::fast::FixedState,
}

/// What is known of one guild's people.
#[derive(Debug, Default)]
struct Crowd {
    holders: HashMap<UserId, Holder>,
    /// Counts changes of `holders`.
    version: u64,
    book: Option<Arc<Book>>,
}

#[derive(Debug)]
struct Holder {
    roles: Vec<RoleId>,
    names: Vec<String>,
    avatar: Option<Avatar>,
}

/// The picture of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StaffAvatar {
    /// The name they are shown with.
    pub name: String,
    /// The picture.
    pub avatar: Avatar,
}

/// The names that strangers may not borrow in a guild. Made anew when one of its sources changed.
#[derive(Debug)]
pub struct Book {
    /// The names.
    pub names: NameBook,
    /// Tells this book from one with other names.
    pub fingerprint: u64,
    settings: Arc<GuildSettings>,
    directory: Option<Arc<Directory>>,
    version: u64,
}

/// How an event shows a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<'a> {
    /// With all their names and their picture, if they have chosen one.
    All(Option<&'a Avatar>),
    /// Only with the names that a message carries.
    Some,
}

impl People {
    /// Notes what a member holds and is called. Whoever holds no role is forgotten, unless they own the guild.
    pub fn note(
        &self,
        guild: GuildId,
        directory: Option<&Directory>,
        settings: &GuildSettings,
        (user, roles): (UserId, &[RoleId]),
        (names, shown): (&[&str], Shown<'_>),
    ) {
        let is_owner = directory.is_some_and(|directory| directory.owner == user);
        let crowd = self.crowds.entry(guild).or_default();
        let mut crowd = crowd.lock().unwrap_or_else(PoisonError::into_inner);
        if roles.is_empty() && !is_owner {
            if crowd.holders.remove(&user).is_some() {
                crowd.version += 1;
            }
            return;
        }
        if let Some(known) = crowd.holders.get_mut(&user) {
            if known.learn(roles, names, shown) {
                crowd.version += 1;
            }
            return;
        }
        if crowd.holders.len() >= MOST_HOLDERS {
            let guards = |user: UserId, roles: &[RoleId]| is_staff(user, roles, settings, directory);
            let spare = crowd
                .holders
                .iter()
                .find(|(user, holder)| !guards(**user, &holder.roles))
                .map(|(user, _)| *user);
            match spare {
                Some(spare) if guards(user, roles) => drop(crowd.holders.remove(&spare)),
                _ => return,
            }
        }
        let mut holder = Holder {
            roles: Vec::new(),
            names: Vec::new(),
            avatar: None,
        };
        holder.learn(roles, names, shown);
        crowd.holders.insert(user, holder);
        crowd.version += 1;
    }

    /// The names that strangers may not borrow.
    pub fn book(
        &self,
        guild: GuildId,
        settings: &Arc<GuildSettings>,
        directory: Option<&Arc<Directory>>,
    ) -> Arc<Book> {
        let crowd = self.crowds.entry(guild).or_default();
        let mut crowd = crowd.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(book) = &crowd.book
            && book.version == crowd.version
            && Arc::ptr_eq(&book.settings, settings)
            && book.directory.as_ref().map(Arc::as_ptr) == directory.map(Arc::as_ptr)
        {
            return Arc::clone(book);
        }
        let staff = crowd.holders.iter().filter(|(user, holder)| {
            is_staff(
                **user,
                &holder.roles,
                settings,
                directory.map(|directory| &**directory),
            )
        });
        let mut people: Vec<&str> = staff
            .flat_map(|(_, holder)| &holder.names)
            .chain(&settings.protected_names)
            .map(String::as_str)
            .collect();
        people.sort_unstable();
        people.dedup();
        let home = directory.map(|directory| directory.name.as_str());
        let book = Arc::new(Book {
            fingerprint: self.hasher.hash_one((&people, home)),
            names: NameBook::new(people, home),
            settings: Arc::clone(settings),
            directory: directory.map(Arc::clone),
            version: crowd.version,
        });
        crowd.book = Some(Arc::clone(&book));
        book
    }

    /// The pictures of staff: at most `MOST_AVATARS`, in the order of their accounts.
    pub fn staff_avatars(
        &self,
        guild: GuildId,
        settings: &GuildSettings,
        directory: Option<&Directory>,
    ) -> Vec<StaffAvatar> {
        let Some(crowd) = self.crowds.get(&guild) else {
            return Vec::new();
        };
        let crowd = crowd.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<StaffAvatar> = crowd
            .holders
            .iter()
            .filter(|(user, holder)| is_staff(**user, &holder.roles, settings, directory))
            .filter_map(|(_, holder)| {
                Some(StaffAvatar {
                    name: holder.names.first()?.clone(),
                    avatar: holder.avatar.clone()?,
                })
            })
            .collect();
        found.sort_unstable_by_key(|one| one.avatar.user);
        found.truncate(MOST_AVATARS);
        found
    }

    /// Whether a member's names have not been judged yet under these circumstances (the book, the rules). From now on
    /// they have.
    pub fn is_news(&self, guild: GuildId, user: UserId, names: &[&str], circumstances: (u64, usize)) -> bool {
        let hash = self.hasher.hash_one((names, circumstances));
        if self.judged.len() >= MOST_JUDGED {
            self.judged.clear();
        }
        self.judged.insert((guild, user), hash) != Some(hash)
    }

    /// Forgets that a member's names have been judged.
    pub fn judge_again(&self, guild: GuildId, user: UserId) {
        self.judged.remove(&(guild, user));
    }

    /// Forgets a guild that the bot has left.
    pub fn forget(&self, guild: GuildId) {
        self.crowds.remove(&guild);
        self.judged.retain(|(home, _), _| *home != guild);
    }
}

impl Holder {
    /// Takes news in; answers whether there were any.
    fn learn(&mut self, roles: &[RoleId], names: &[&str], shown: Shown<'_>) -> bool {
        let mut news = false;
        if self.roles != roles {
            self.roles = roles.to_vec();
            news = true;
        }
        let unknown = |known: &[String], name: &str| known.iter().all(|one| one != name);
        match shown {
            Shown::All(avatar) => {
                // A picture changes nothing about the names.
                if self.avatar.as_ref() != avatar {
                    self.avatar = avatar.cloned();
                }
                if self.names.len() != names.len() || names.iter().any(|name| unknown(&self.names, name)) {
                    self.names = names
                        .iter()
                        .take(MOST_NAMES)
                        .map(|name| (*name).to_owned())
                        .collect();
                    news = true;
                }
            }
            Shown::Some => {
                for name in names {
                    if unknown(&self.names, name) && self.names.len() < MOST_NAMES {
                        self.names.push((*name).to_owned());
                        news = true;
                    }
                }
            }
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guild::Tier;

    const HOME: GuildId = GuildId(1);
    const STAFF: RoleId = RoleId(5);

    fn settings() -> Arc<GuildSettings> {
        Arc::new(GuildSettings {
            staff_roles: vec![(Tier::L1, STAFF)],
            protected_names: vec!["Vitalina".to_owned()],
            ..GuildSettings::default()
        })
    }

    fn note(people: &People, user: u64, roles: &[RoleId], names: &[&str]) {
        people.note(
            HOME,
            None,
            &settings(),
            (UserId(user), roles),
            (names, Shown::All(None)),
        );
    }

    #[test]
    fn staff_and_protected_names_are_in_the_book_and_others_are_not() {
        let people = People::default();
        note(&people, 1, &[STAFF], &["alice_m", "Alice"]);
        note(&people, 2, &[RoleId(9)], &["Robert"]);
        let book = people.book(HOME, &settings(), None);
        assert_eq!(book.names.imitated("AIice"), Some("Alice"));
        assert_eq!(book.names.imitated("VitaIina"), Some("Vitalina"));
        assert_eq!(book.names.imitated("Robert"), None);
    }

    #[test]
    fn who_becomes_staff_by_a_change_of_settings_is_protected_from_then_on() {
        let people = People::default();
        note(&people, 1, &[STAFF], &["Alice"]);
        let nobody = Arc::new(GuildSettings::default());
        assert_eq!(
            people.book(HOME, &nobody, None).names.imitated("Alice Support"),
            None
        );
        assert_eq!(
            people
                .book(HOME, &settings(), None)
                .names
                .imitated("Alice Support"),
            Some("Alice")
        );
    }

    #[test]
    fn who_loses_the_role_loses_the_protection() {
        let people = People::default();
        note(&people, 1, &[STAFF], &["Alice"]);
        note(&people, 1, &[], &["Alice"]);
        assert_eq!(people.book(HOME, &settings(), None).names.imitated("Alice"), None);
    }

    #[test]
    fn a_book_is_kept_until_something_changes() {
        let people = People::default();
        let settings = settings();
        note(&people, 1, &[STAFF], &["Alice"]);
        let first = people.book(HOME, &settings, None);
        note(&people, 1, &[STAFF], &["Alice"]);
        assert!(Arc::ptr_eq(&first, &people.book(HOME, &settings, None)));
        note(&people, 1, &[STAFF], &["Alice M"]);
        assert_ne!(first.fingerprint, people.book(HOME, &settings, None).fingerprint);
    }

    #[test]
    fn the_same_names_are_judged_once_until_circumstances_change() {
        let people = People::default();
        let user = UserId(7);
        assert!(people.is_news(HOME, user, &["a", "b"], (1, 1)));
        assert!(!people.is_news(HOME, user, &["a", "b"], (1, 1)));
        assert!(people.is_news(HOME, user, &["a", "c"], (1, 1)));
        assert!(people.is_news(HOME, user, &["a", "c"], (2, 1)));
        people.judge_again(HOME, user);
        assert!(people.is_news(HOME, user, &["a", "c"], (2, 1)));
    }

    #[test]
    fn a_crowd_of_strangers_leaves_room_for_staff() {
        let people = People::default();
        for user in 0..MOST_HOLDERS as u64 + 10 {
            note(&people, 100 + user, &[RoleId(9)], &["Fan"]);
        }
        note(&people, 1, &[STAFF], &["Alice"]);
        assert_eq!(
            people.book(HOME, &settings(), None).names.imitated("Alice"),
            Some("Alice")
        );
    }
}
