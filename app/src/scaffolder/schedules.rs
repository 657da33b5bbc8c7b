//! `/create/schedules`: runs that are started again and again.

use ::scaffolder::ScheduleAct;
use leptos::prelude::*;
use platform::error::Error;

use super::context::{self, SentForm};
use super::task::sent_input;
use super::views::SchedulesView;
use crate::drawn::{Page, html};
use crate::error::UiError;

/// The input that says which schedule a button is about.
pub(super) const SCHEDULE: &str = "~schedule";
/// The page.
pub(super) const HREF: &str = "/create/schedules";

/// The list of schedules, after what was sent to it is done.
pub(crate) async fn draw() -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let mut refusal = None;
    if let Some(SentForm(sent)) = use_context::<SentForm>() {
        let inputs = sent.map_err(Error::input)?;
        let id = sent_input(&inputs, SCHEDULE);
        match scaffolder.act_on_schedule(&caller, &id, act(&inputs)?).await {
            Ok(()) => {
                leptos_axum::redirect(HREF);
                return Ok(Page::default());
            }
            Err(error) if error.kind().is_fault() => return Err(error.into()),
            Err(refused) => refusal = Some(refused.to_string()),
        }
    }
    let schedules = scaffolder.schedule_list(&caller).await?;
    let html = html(|| view! { <SchedulesView schedules refusal/> });
    Ok(Page { title: "Schedules".to_owned(), html, entity: None })
}

fn act(inputs: &[(String, String)]) -> Result<ScheduleAct, Error> {
    match sent_input(inputs, super::task::ACT).as_str() {
        "suspend" => Ok(ScheduleAct::Suspend(true)),
        "resume" => Ok(ScheduleAct::Suspend(false)),
        "delete" => Ok(ScheduleAct::Delete),
        _ => Err(Error::input("The page asked for something that it has no button for. Reload it.")),
    }
}
