//! `/create/schedules`: runs that are started again and again.

use ::scaffolder::ScheduleAct;
use leptos::prelude::*;
use platform::error::{Error, ErrorKind};

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
        let asked = sent.map_err(Error::input).and_then(|inputs| act(&inputs));
        if asked.is_err() {
            // Who may not see schedules is told no more than that.
            scaffolder.schedules(&caller).await?;
        }
        let (id, act) = asked?;
        match scaffolder.act_on_schedule(&caller, &id, act).await {
            Ok(()) => {
                leptos_axum::redirect(HREF);
                return Ok(Page::default());
            }
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Input) => {
                return Err(error.into());
            }
            Err(refused) => refusal = Some(refused.to_string()),
        }
    }
    let schedules = scaffolder.schedule_list(&caller).await?;
    let html = html(|| view! { <SchedulesView schedules refusal/> });
    Ok(Page { title: "Schedules".to_owned(), html, entity: None })
}

/// Which schedule a button is about, and what it does.
fn act(inputs: &[(String, String)]) -> Result<(String, ScheduleAct), Error> {
    let act = match sent_input(inputs, super::task::ACT).as_str() {
        "suspend" => ScheduleAct::Suspend(true),
        "resume" => ScheduleAct::Suspend(false),
        "delete" => ScheduleAct::Delete,
        _ => return Err(Error::input("The page asked for something that it has no button for. Reload it.")),
    };
    Ok((sent_input(inputs, SCHEDULE), act))
}
