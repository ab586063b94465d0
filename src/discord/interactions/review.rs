//! A press of a review card's button: may this person, can the bot, and then the store decides who was first. On the card
//! of a campaign the same is asked for every copy: what the presser may not do to one author is left out for that one. The
//! answers to what one author asks for are about that author's case alone.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::Press;
use crate::app::kept::{self, Kept};
use crate::app::platform::MemberFacts;
use crate::discord::Error;
use crate::discord::permissions::{Forbidden, Matter, Target, may_press};
use crate::discord::words::moderation as words;
use crate::model::case::Case;
use crate::model::guild::Directory;
use crate::model::{CaseId, GuildId, UserId};
use crate::moderation::campaign::{MOST_AT_ONCE, review_all};
use crate::moderation::plan::{Removal, removal, removal_key};
use crate::moderation::review::{self, is_removed, was_banned};
use crate::storage::{CampaignCases, InGuild};

/// Authors that are asked about at the same time.
const SIDE_BY_SIDE: usize = 4;

/// Answers a press on the card of a case, or of the campaign that it leads.
pub async fn press(press: &Press<'_>, button: review::Press, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let decided = decide(press, button, guild, id).await?;
    let saying = if decided.cases.len() > 1 {
        words::pressed_all(
            button,
            decided.lead()?,
            decided.changed,
            decided.accounts,
            &decided.left_out,
        )
    } else {
        let lead = decided.lead()?;
        words::pressed(button, lead, kept(press, button, lead).await?)
    };
    press.reply(&saying).await
}

/// Answers a press that is about one case alone, whatever campaign it belongs to.
pub async fn press_one(press: &Press<'_>, button: review::Press, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = known(press, guild, id).await?;
    check(press, button, guild, &case).await?;
    let app = press.app();
    let (by, now) = (press.asker().user, app.clock.now());
    let settings = app.guilds.settings(guild);
    let checked: HashSet<UserId> = case.members().collect();
    let decision = Box::new(move |case: Case| {
        review::only_checked(&case, &checked)
            .and_then(|()| review::review(&case, button, by, &settings, now))
            .map_err(|refused| words::refused(&refused))
    });
    let case = match app.store.change_case(InGuild(guild), id, now, decision).await? {
        None => return Err(gone()),
        Some(Err(told)) => return Err(Error::Told(told)),
        Some(Ok(case)) => case,
    };
    settle(press, button, guild, id, Some(&case)).await?;
    tracing::info!(%guild, case = case.number, ?button, %by, "case reviewed");
    let kept = kept(press, button, &case).await?;
    press.reply(&words::pressed(button, &case, kept)).await
}

/// What another case still wants of an author whose case ends here.
async fn kept(press: &Press<'_>, button: review::Press, case: &Case) -> Result<Kept, Error> {
    if !matches!(button, review::Press::Restore | review::Press::LetBack) {
        return Ok(Kept::default());
    }
    Ok(kept::kept(press.app(), case.guild, case.id, case.author).await?)
}

/// After a decision: its effects are carried out, and what copies are looked out for is known anew. `first`: of the cases
/// that it changed.
async fn settle(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    id: CaseId,
    first: Option<&Case>,
) -> Result<(), Error> {
    let app = press.app();
    let (store, now) = (app.store.as_ref(), app.clock.now());
    app.performer.wake();
    app.campaigns.note_case(store, guild, id, now).await?;
    app.campaigns.reload_images(store, guild, now).await?;
    if let (review::Press::Restore, Some(first)) = (button, first) {
        // However many copies come back: one mistake of the rules.
        crate::app::breaker::watch(app, first).await;
    }
    Ok(())
}

/// Shows somebody who may ban the author how much history can go with it.
pub async fn ban_choices(press: &Press<'_>, id: CaseId) -> Result<(), Error> {
    let guild = press.guild_or_tell()?;
    press.defer().await?;
    let case = known(press, guild, id).await?;
    check(press, review::Press::Ban, guild, &case).await?;
    press.reply(&words::ban_choices(&case)).await
}

/// The case that a button is about.
pub(super) async fn known(press: &Press<'_>, guild: GuildId, id: CaseId) -> Result<Case, Error> {
    press.app().store.case(InGuild(guild), id).await?.ok_or_else(gone)
}

fn gone() -> Error {
    Error::told("This case is not in this server's records any more.")
}

/// What a press came to.
struct Decided {
    /// The case, or the cases of its campaign that were decided on, the lead first, as they are now.
    cases: Vec<Case>,
    /// How many of them were changed, and how many accounts they are of.
    changed: usize,
    accounts: usize,
    /// Why others were left out, one entry an author.
    left_out: Vec<Forbidden>,
}

impl Decided {
    fn lead(&self) -> Result<&Case, Error> {
        self.cases.first().ok_or_else(gone)
    }
}

/// Does what a button says, for somebody who may; answers the case as it is now.
pub(super) async fn carry_out(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    id: CaseId,
) -> Result<Case, Error> {
    decide(press, button, guild, id).await?.lead().cloned()
}

async fn decide(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    id: CaseId,
) -> Result<Decided, Error> {
    let app = press.app();
    let store = app.store.as_ref();
    let before = store.campaign_of(InGuild(guild), id, MOST_AT_ONCE).await?;
    if before.is_empty() {
        return Err(gone());
    }
    let Checked { allowed, left_out } = check_all(press, button, guild, &before).await?;
    let (by, now) = (press.asker().user, app.clock.now());
    let settings = app.guilds.settings(guild);
    let decision = Box::new(move |cases: CampaignCases| {
        review_all(&cases, button, by, &allowed, &settings, now).map_err(|refused| words::refused(&refused))
    });
    let changed = store.change_campaign(InGuild(guild), id, MOST_AT_ONCE, now, decision);
    let cases = match changed.await? {
        None => return Err(gone()),
        Some(Err(told)) => return Err(Error::Told(told)),
        Some(Ok(cases)) => cases,
    };
    let lengths: HashMap<CaseId, usize> = before.iter().map(|case| (case.id, case.history.len())).collect();
    let changed: Vec<&Case> = cases
        .iter()
        .filter(|case| {
            lengths
                .get(&case.id)
                .is_some_and(|known| *known < case.history.len())
        })
        .collect();
    if !matches!(button, review::Press::Restore | review::Press::Decline) {
        // What was refused before may be granted by now; whoever upholds a case wants its message gone.
        for case in changed.iter().filter(|case| is_removed(case)) {
            store
                .retry_effect(InGuild(guild), &removal_key(case.id), now)
                .await?;
        }
        app.performer.wake();
    }
    settle(press, button, guild, id, changed.first().copied()).await?;
    let accounts: HashSet<UserId> = changed.iter().map(|case| case.author).collect();
    let (changed, accounts) = (changed.len(), accounts.len());
    let number = cases.first().map_or(0, |lead| lead.number);
    tracing::info!(%guild, case = number, copies = changed, ?button, %by, "case reviewed");
    Ok(Decided {
        cases,
        changed,
        accounts,
        left_out,
    })
}

/// Asks for the presser's rights and the bot's towards one case.
pub(super) async fn check(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    case: &Case,
) -> Result<(), Error> {
    check_all(press, button, guild, std::slice::from_ref(case))
        .await
        .map(|_| ())
}

/// What the presser may do.
struct Checked {
    /// The cases, each with the members who were asked about.
    allowed: HashMap<CaseId, HashSet<UserId>>,
    /// Why the others are left out, one entry an author.
    left_out: Vec<Forbidden>,
}

/// Asks for the presser's rights and the bot's, on each author as they are now. `Err`: nothing may be done at all.
async fn check_all(
    press: &Press<'_>,
    button: review::Press,
    guild: GuildId,
    cases: &[Case],
) -> Result<Checked, Error> {
    let app = press.app();
    let directory: Arc<Directory> = match app.guilds.directory(guild) {
        Some(directory) => directory,
        None => app.platform.directory(guild).await?.into(),
    };
    let authors: HashSet<UserId> = cases
        .iter()
        .filter(|case| !is_webhook(case))
        .map(|case| case.author)
        .collect();
    let members: HashMap<UserId, Option<MemberFacts>> = stream::iter(authors)
        .map(|author| async move {
            let member = app.platform.member(guild, author).await?;
            Ok::<_, Error>((author, member))
        })
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    let asker = press.asker();
    let mut checked = Checked {
        allowed: HashMap::new(),
        left_out: Vec::new(),
    };
    let mut blamed: HashSet<UserId> = HashSet::new();
    for case in cases {
        let target = match members.get(&case.author) {
            _ if is_webhook(case) => Target::Webhook,
            Some(Some(member)) => Target::Member(member.user, &member.roles),
            _ => Target::Gone(case.author),
        };
        let matter = Matter {
            target,
            channel: case.channel,
            removed: is_removed(case),
            is_thread: case
                .evidence
                .as_ref()
                .is_some_and(|evidence| removal(evidence) != Removal::Message),
            banned: was_banned(case),
        };
        // A card about several members is about all of them.
        let others = case
            .others
            .iter()
            .map(|other| Target::Member(other.user, &other.roles));
        let may = std::iter::once(target).chain(others).try_for_each(|target| {
            let matter = Matter { target, ..matter };
            may_press(button, &directory, asker.user, &asker.roles, &matter)
        });
        match may {
            Ok(()) => drop(checked.allowed.insert(case.id, case.members().collect())),
            Err(forbidden) if blamed.insert(case.author) => checked.left_out.push(forbidden),
            Err(_) => {}
        }
    }
    match checked.left_out.first() {
        Some(first) if checked.allowed.is_empty() => Err(Error::Told(words::forbidden(first))),
        _ => Ok(checked),
    }
}

fn is_webhook(case: &Case) -> bool {
    case.evidence
        .as_ref()
        .is_some_and(|evidence| evidence.author.webhook.is_some())
}
