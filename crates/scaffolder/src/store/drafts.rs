//! Forms that people have not finished: one row for each person and template.

use platform::database::Database;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, DbErr, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::tables::draft::{Column, Entity, Model};
use super::text;

/// Forms of one person; the oldest gives way.
const MOST: u64 = 50;

/// The draft of a person for a template, if it was written since.
///
/// # Errors
/// The database failed.
pub(crate) async fn draft(
    db: &Database,
    owner: &str,
    template_ref: &str,
    since: i64,
) -> Result<Option<Model>, DbErr> {
    if !text::is_storable(owner) || !text::is_storable(template_ref) {
        return Ok(None);
    }
    let found = Entity::find_by_id((owner.to_owned(), template_ref.to_owned()));
    found.filter(Column::UpdatedAt.gte(since)).one(db.reader()).await
}

/// Writes a draft in the place of an earlier one.
///
/// # Errors
/// The database failed.
pub(crate) async fn keep_draft(db: &Database, draft: Model) -> Result<(), DbErr> {
    text::check([draft.owner.as_str(), draft.template_ref.as_str()])?;
    let owner = draft.owner.clone();
    let latest = OnConflict::columns([Column::Owner, Column::TemplateRef])
        .update_columns([Column::BegunAt, Column::UpdatedAt, Column::Content])
        .to_owned();
    let txn = db.begin_write().await?;
    let row = draft.into_active_model().reset_all();
    Entity::insert(row).on_conflict(latest).exec_without_returning(&txn).await?;
    let of_owner = Entity::find().select_only().column(Column::TemplateRef).filter(Column::Owner.eq(&owner));
    let newest_first = of_owner.order_by_desc(Column::UpdatedAt).order_by_asc(Column::TemplateRef);
    let too_many: Vec<String> = newest_first.offset(MOST).limit(MOST).into_tuple().all(&txn).await?;
    if !too_many.is_empty() {
        let old = Entity::delete_many().filter(Column::Owner.eq(owner));
        old.filter(Column::TemplateRef.is_in(too_many)).exec(&txn).await?;
    }
    txn.commit().await
}

/// Forgets a draft, if it is there.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_draft(db: &Database, owner: &str, template_ref: &str) -> Result<(), DbErr> {
    if !text::is_storable(owner) || !text::is_storable(template_ref) {
        return Ok(());
    }
    let txn = db.begin_write().await?;
    Entity::delete_by_id((owner.to_owned(), template_ref.to_owned())).exec(&txn).await?;
    txn.commit().await
}

/// Forgets drafts that nobody wrote on since.
///
/// # Errors
/// The database failed.
pub(crate) async fn forget_drafts(db: &Database, since: i64) -> Result<(), DbErr> {
    let txn = db.begin_write().await?;
    Entity::delete_many().filter(Column::UpdatedAt.lt(since)).exec(&txn).await?;
    txn.commit().await
}
