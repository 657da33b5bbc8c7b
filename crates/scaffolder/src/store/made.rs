//! Which entities runs registered.

use model::EntityRef;
use platform::database::Database;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::Value;

use super::tables::made::{ActiveModel, Column, Entity};
use super::text;
use super::types::{StepEnd, step_state};

/// The action that registers entities.
const REGISTERS: &str = "catalog:register";
/// Entities of one step that are remembered.
const MOST: usize = 100;

/// Remembers what a step registered, which is in its output.
pub(super) async fn remember(
    txn: &impl ConnectionTrait,
    task: &str,
    end: &StepEnd,
    now: i64,
) -> Result<(), DbErr> {
    if end.step.action != REGISTERS || end.state != step_state::COMPLETED {
        return Ok(());
    }
    let rows = registered(&end.output).into_iter().map(|entity_ref| ActiveModel {
        entity_ref: Set(entity_ref),
        task_id: Set(task.to_owned()),
        at: Set(now),
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let once = OnConflict::columns([Column::EntityRef, Column::TaskId]).do_nothing().to_owned();
    Entity::insert_many(rows).on_conflict(once).exec_without_returning(txn).await?;
    Ok(())
}

/// The references in an output: one, or those of each item of a step that is done for several.
fn registered(output: &str) -> Vec<String> {
    let Ok(output) = serde_json::from_str::<Value>(output) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    let mut left = vec![&output];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => {
                left.extend(members.values().filter(|member| member.is_array()));
                let entity_ref = members.get("entityRef").and_then(Value::as_str);
                let entity_ref = entity_ref.and_then(|text| EntityRef::parse(text).ok());
                found.extend(entity_ref.map(|it| it.to_string()).filter(|it| text::is_storable(it)));
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST);
    found
}

/// The runs that registered an entity, the newest first.
///
/// # Errors
/// The database failed.
pub(crate) async fn makers(db: &Database, entity_ref: &str, limit: u64) -> Result<Vec<String>, DbErr> {
    if !text::is_storable(entity_ref) {
        return Ok(Vec::new());
    }
    let makers = Entity::find().select_only().column(Column::TaskId).filter(Column::EntityRef.eq(entity_ref));
    let newest_first = makers.order_by_desc(Column::At).order_by_asc(Column::TaskId);
    newest_first.limit(limit).into_tuple().all(db.reader()).await
}

#[cfg(test)]
mod tests {
    use super::registered;

    #[test]
    fn what_was_registered_is_in_the_output() {
        let registered = |output: &str| registered(output).join(" ");
        for (output, expected) in [
            (
                r#"{"entityRef":"component:default/shop","catalogInfoUrl":"https://e"}"#,
                "component:default/shop",
            ),
            (r#"{"entityRef":"Component:Default/Shop"}"#, "component:default/shop"),
            (
                r#"{"output":[{"entityRef":"api:default/b"},{"entityRef":"api:default/a"},{"entityRef":"api:default/a"}]}"#,
                "api:default/a api:default/b",
            ),
            (r#"[{"entityRef":"api:default/a"}]"#, "api:default/a"),
            (r#"{"catalogInfoUrl":"https://e"}"#, ""),
            (r#"{"entityRef":null}"#, ""),
            (r#"{"entityRef":"no reference"}"#, ""),
            ("", ""),
        ] {
            assert_eq!(registered(output), expected, "{output}");
        }
    }
}
