//! What breaks.

use fake_discord::rest::faults::{Fault, Which};

use super::lots::Lots;
use crate::night::Night;

/// Now and then Discord, its line or the bot fails.
pub async fn something_breaks(lots: &mut Lots, night: &mut Night) {
    let skipped = lots.below(4) as u64;
    let fault = match lots.below(30) {
        0 => {
            println!("the bot is killed");
            night.kills_bot().await;
            night.starts_bot().await;
            return;
        }
        1 => {
            println!("the gateway drops the line");
            night.discord.state().drop_gateway();
            return;
        }
        2 => Fault::Page(502),
        3 => Fault::DropAnswer,
        4 => Fault::Drop,
        _ => return,
    };
    println!("{fault:?} for the next request but {skipped}");
    let which = Which::writes().after(skipped);
    night.discord.rest().faults.arm(which, 1, fault);
}
