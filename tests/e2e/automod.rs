//! Discord's own AutoMod with our surest patterns: set up once, heard when it blocks, taken away again.

use fake_discord::actors::{Given, Refused};
use fake_discord::ids::Id;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::world::World;

use crate::night::{Night, OwnRules, button, everything_in, night, night_around, night_in};
use crate::stolen::with_rosa;

/// What `/setup automod` answers.
async fn automod(night: &Night, enabled: bool) -> String {
    let options: [(&str, Given); 1] = [("enabled", enabled.into())];
    let run = night
        .member("ava")
        .runs_command("staff", "setup automod", &options);
    everything_in(&night.answered(&run.expect("/setup automod")).await)
}

/// The keywords of our rule, once it is there.
async fn keywords(night: &Night) -> Vec<String> {
    night
        .discord
        .wait_for("the AutoMod rule", |state| {
            let rule = state.automod_rules.values().next()?;
            let listed = rule.data["trigger_metadata"]["keyword_filter"].as_array()?;
            Some(
                listed
                    .iter()
                    .filter_map(|word| word.as_str().map(str::to_owned))
                    .collect(),
            )
        })
        .await
}

/// Waits until our rule blocks this phrase, or blocks it no more.
async fn until_blocked(night: &Night, phrase: &str, blocked: bool) {
    night
        .discord
        .wait_for("the AutoMod rule to follow", |state| {
            let rule = state.automod_rules.values().next()?;
            let listed = rule.data["trigger_metadata"]["keyword_filter"].as_array()?;
            (listed.iter().any(|word| word == phrase) == blocked).then_some(())
        })
        .await;
}

/// The owner runs a command and reads the answer.
async fn owner_runs(night: &Night, command: &str, options: &[(&str, Given)]) {
    let run = night.member("olivia").runs_command("staff", command, options);
    night.answered(&run.expect(command)).await;
}

/// Requests that made a rule of AutoMod.
fn made(night: &Night) -> usize {
    let all = night.discord.rest().record.all();
    let made = |request: &&fake_discord::rest::record::Recorded| {
        request.method == "POST" && request.path.ends_with("/auto-moderation/rules")
    };
    all.iter().filter(made).count()
}

/// A rule that can be handed over: one phrase that is proof enough.
const RULE: &str = r#"
[[rule]]
id = "tortoise"
title = "Tortoise"
why = "A test of what is handed over."
category = "scam"
severity = "high"
status = "stable"
phrases = ["purple tortoise deal"]
examples.match = ["the purple tortoise deal", "a purple t0rtoise deal", "Purple Tortoise Deal!"]
examples.clean = ["purple tortoise", "tortoise deal", "a deal"]
"#;

/// The phrase of that rule.
const PHRASE: &str = "purple tortoise deal";

/// A night with that rule beside the shipped ones, handed over to AutoMod.
async fn night_with_tortoise(world: World, test: impl AsyncFnOnce(&mut Night)) {
    let rules = OwnRules::new();
    rules.write("own.toml", RULE);
    night_around(world, async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        automod(night, true).await;
        until_blocked(night, PHRASE, true).await;
        test(night).await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_is_off_or_observed_here_is_gone_from_automod_until_it_acts_again() {
    night_with_tortoise(World::community(), async |night| {
        for mode in ["off", "observe"] {
            for (mode, blocked) in [(mode, false), ("enforce", true)] {
                let options: [(&str, Given); 2] = [("rule", "tortoise".into()), ("mode", mode.into())];
                owner_runs(night, "rules mode", &options).await;
                until_blocked(night, PHRASE, blocked).await;
            }
        }
        assert_eq!(made(night), 1, "the rule is changed, not made anew");
    })
    .await;
}

#[tokio::test]
async fn automod_leaves_staff_and_exempt_roles_and_channels_alone() {
    let world = World::community()
        .role("Friend", &[])
        .member_with("fred", &["Friend"])
        .bot_on_top();
    night_with_tortoise(world, async |night| {
        let warning = format!("beware of the {PHRASE}");
        night
            .member("sam")
            .says("general", &warning)
            .expect("staff quote scams");
        let friends: [(&str, Given); 1] = [("role", "Friend".into())];
        owner_runs(night, "setup exempt", &friends).await;
        let place: [(&str, Given); 1] = [("channel", "trading".into())];
        owner_runs(night, "setup exempt", &place).await;
        let trading = night.discord.channel("trading").id.to_string();
        night
            .discord
            .wait_for("the channel to be exempt", |state| {
                let rule = state.automod_rules.values().next()?;
                let exempt = rule.data["exempt_channels"].as_array()?;
                exempt.iter().any(|id| *id == trading).then_some(())
            })
            .await;
        night
            .member("fred")
            .says("general", &warning)
            .expect("the role is exempt");
        night
            .member("bob")
            .says("trading", &warning)
            .expect("the channel is exempt");
        let refused = night.member("bob").says("general", &warning);
        assert!(matches!(refused, Err(Refused::Blocked)), "{refused:?}");
        night.review_card().await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_role_and_a_channel_that_are_deleted_go_from_what_automod_leaves_alone() {
    let world = World::community()
        .role("Friend", &[])
        .member_with("fred", &["Friend"])
        .bot_on_top();
    night_with_tortoise(world, async |night| {
        let friends: [(&str, Given); 1] = [("role", "Friend".into())];
        owner_runs(night, "setup exempt", &friends).await;
        let place: [(&str, Given); 1] = [("channel", "trading".into())];
        owner_runs(night, "setup exempt", &place).await;
        let trading = night.discord.channel("trading");
        let friend = {
            let state = night.discord.state();
            let fred = state.user_named("fred").expect("he is there").id;
            let guild = trading.guild_id.expect("it is in a guild");
            state.member(guild, fred).expect("he is a member").roles[0]
        };
        let exempt = async |field: &str, id: Id, wanted: bool| {
            let what = format!("{field} to hold {id}: {wanted}");
            night
                .discord
                .wait_for(what, |state| {
                    let rule = state.automod_rules.values().next()?;
                    let exempt = rule.data[field].as_array()?;
                    (exempt.iter().any(|one| *one == id.to_string()) == wanted).then_some(())
                })
                .await;
        };
        exempt("exempt_roles", friend, true).await;
        exempt("exempt_channels", trading.id, true).await;
        let guild = trading.guild_id.expect("it is in a guild");
        night.discord.state().delete_role(guild, friend);
        exempt("exempt_roles", friend, false).await;
        night.discord.state().delete_channel(trading.id);
        exempt("exempt_channels", trading.id, false).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_a_moderator_found_harmless_is_blocked_by_automod_no_more() {
    night_with_tortoise(World::community(), async |night| {
        let refused = night.member("bob").says("general", &format!("a {PHRASE}"));
        assert!(matches!(refused, Err(Refused::Blocked)), "{refused:?}");
        let card = night.review_card().await;
        let max = night.member("max");
        let press = max.clicks(&card, &button(&card, "v1:false-positive")).unwrap();
        let proposal = night.answered(&press).await;
        night.presses("max", &proposal, "v1:exempt").await;
        until_blocked(night, PHRASE, false).await;
        night
            .member("bob")
            .says("general", PHRASE)
            .expect("it is harmless here");
        let remove: [(&str, Given); 1] = [("remove", 1.into())];
        owner_runs(night, "rules overlay", &remove).await;
        until_blocked(night, PHRASE, true).await;
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn a_stolen_account_whose_scam_automod_blocked_is_stopped_as_stolen() {
    night_with_tortoise(with_rosa(), async |night| {
        let refused = night.member("rosa").says("general", &format!("a {PHRASE}"));
        assert!(matches!(refused, Err(Refused::Blocked)), "{refused:?}");
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("most likely stolen"), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn what_automod_blocks_by_our_patterns_becomes_a_case() {
    let rules = OwnRules::new();
    rules.write("own.toml", RULE);
    night_around(World::community(), async |night| {
        night.environment = vec![rules.setting()];
        night.starts_bot().await;
        night.sets_up().await;
        let answer = automod(night, true).await;
        assert!(answer.contains("AutoMod blocks the surest patterns"), "{answer}");
        let keyword = "purple tortoise deal";
        assert!(keywords(night).await.contains(&keyword.to_owned()));
        let text = format!("hello, {keyword} today");
        let refused = night.member("bob").says("general", &text);
        assert!(matches!(refused, Err(Refused::Blocked)), "{refused:?}");
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("Discord's AutoMod blocked the message"), "{card}");
        assert!(card.contains(keyword), "{card}");
        night.until_idle().await;
        night.discord.mark_all_read();
    })
    .await;
}

#[tokio::test]
async fn one_rule_is_made_however_often_the_bot_restarts_and_it_goes_when_it_is_not_wanted() {
    night(async |night| {
        automod(night, true).await;
        keywords(night).await;
        night.stops_bot().await;
        night.starts_bot().await;
        night.until_idle().await;
        assert_eq!(made(night), 1);

        automod(night, false).await;
        night
            .discord
            .wait_for("the AutoMod rule to be gone", |state| {
                state.automod_rules.is_empty().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_server_that_only_observes_blocks_nothing_through_automod() {
    night(async |night| {
        automod(night, true).await;
        keywords(night).await;
        let observe: [(&str, Given); 1] = [("mode", "observe".into())];
        let run = night.member("ava").runs_command("staff", "setup mode", &observe);
        night.answered(&run.expect("/setup mode")).await;
        night
            .discord
            .wait_for("the AutoMod rule to be gone", |state| {
                state.automod_rules.is_empty().then_some(())
            })
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_bot_that_may_not_manage_the_server_says_so() {
    let less = [
        "VIEW_CHANNEL",
        "SEND_MESSAGES",
        "EMBED_LINKS",
        "READ_MESSAGE_HISTORY",
        "MANAGE_MESSAGES",
        "MODERATE_MEMBERS",
    ];
    night_in(World::community().bot_may(&less), async |night| {
        night.sets_up().await;
        let answer = automod(night, true).await;
        assert!(
            answer.contains("only with the permission **Manage Server**"),
            "{answer}"
        );
        assert_eq!(made(night), 0);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_to_the_making_of_the_rule_leaves_one_rule() {
    night(async |night| {
        let making = Which::route("POST", "/guilds/{guild_id}/auto-moderation/rules");
        night.discord.rest().faults.arm(making, 1, Fault::DropAnswer);
        automod(night, true).await;
        keywords(night).await;
        night.until_idle().await;
        assert_eq!(night.discord.state().automod_rules.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_bot_killed_while_it_makes_the_rule_makes_it_once() {
    night(async |night| {
        let making = Which::route("POST", "/guilds/{guild_id}/auto-moderation/rules");
        let hold = night.discord.rest().faults.hold_before_answering(making);
        automod(night, true).await;
        hold.reached().await;
        night.kills_bot().await;
        hold.abandon();
        night.starts_bot().await;
        night.until_idle().await;
        assert_eq!(night.discord.state().automod_rules.len(), 1);
        night.discord.mark_all_read();
    })
    .await;
}
