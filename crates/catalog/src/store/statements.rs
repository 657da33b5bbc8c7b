//! The statements on `entity_version`, apart from running them, so that the query-plan tests can look at
//! them.

use sea_orm::sea_query::{IntoIden, Query, TableRef, UpdateStatement, ValueTuple};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::Expr,
};

use super::tables::entity_version::{Column, Entity};

/// Every version, in log order.
pub(super) fn versions_after(seq: i64) -> Select<Entity> {
    Entity::find().filter(Column::Seq.gt(seq)).order_by_asc(Column::Seq)
}

/// `seq` and reference of every version, in log order.
pub(super) fn refs_after(seq: i64) -> Select<Entity> {
    versions_after(seq).select_only().columns([Column::Seq, Column::EntityRef])
}

/// `seq` and reference of all versions, newest first.
pub(super) fn newest() -> Select<Entity> {
    // Every one is above 0; said so that SQLite tells in its plan that it walks the index.
    Entity::find()
        .select_only()
        .columns([Column::Seq, Column::EntityRef])
        .filter(Column::Seq.gt(0))
        .order_by_desc(Column::Seq)
}

/// The versions with these numbers, newest first.
pub(super) fn numbered(seqs: &[i64]) -> Select<Entity> {
    Entity::find().filter(Column::Seq.is_in(seqs.iter().copied())).order_by_desc(Column::Seq)
}

/// What exists now, in log order.
pub(super) fn current(after_seq: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::UntilSeq.is_null())
        .filter(Column::Seq.gt(after_seq))
        .filter(Column::Document.is_not_null())
        .order_by_asc(Column::Seq)
}

/// What existed when `seq` was the newest, in log order.
pub(super) fn at_seq(seq: i64, after: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::Seq.gt(after))
        .filter(Column::Seq.lte(seq))
        .filter(Condition::any().add(Column::UntilSeq.is_null()).add(Column::UntilSeq.gt(seq)))
        .filter(Column::Document.is_not_null())
        .order_by_asc(Column::Seq)
}

/// The versions of these entities that were valid when `seq` was the newest, without tombstones.
pub(super) fn at_seq_of(entity_refs: &[&str], seq: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntityRef.is_in(entity_refs.iter().copied()))
        .filter(Column::Seq.lte(seq))
        .filter(Condition::any().add(Column::UntilSeq.is_null()).add(Column::UntilSeq.gt(seq)))
        .filter(Column::Document.is_not_null())
}

/// `seq`, reference and time of versions after one `seq`, up to another, in log order.
pub(super) fn touched(after: i64, until: i64) -> Select<Entity> {
    versions_after(after).filter(Column::Seq.lte(until)).select_only().columns([
        Column::Seq,
        Column::EntityRef,
        Column::ValidFrom,
    ])
}

/// Time of all versions, oldest first.
pub(super) fn start_of_log() -> Select<Entity> {
    versions_after(0).select_only().column(Column::ValidFrom)
}

/// The `seq` of versions that began at that time or before, newest first.
pub(super) fn seq_at(unix_ms: i64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Seq)
        .filter(Column::ValidFrom.lte(unix_ms))
        .order_by_desc(Column::ValidFrom)
        .order_by_desc(Column::Seq)
}

/// The versions of one entity, newest first.
pub(super) fn history(entity_ref: &str) -> Select<Entity> {
    Entity::find().filter(Column::EntityRef.eq(entity_ref)).order_by_desc(Column::Seq)
}

/// The versions of one entity up to `seq`, newest first.
pub(super) fn history_until(entity_ref: &str, seq: i64) -> Select<Entity> {
    history(entity_ref).filter(Column::Seq.lte(seq))
}

/// `seq`, time and hash of the versions of one entity, newest first.
pub(super) fn history_marks(entity_ref: &str) -> Select<Entity> {
    history(entity_ref).select_only().columns([Column::Seq, Column::ValidFrom, Column::Hash])
}

/// The newest versions of these entities, without tombstones.
pub(super) fn current_of(entity_refs: &[&str]) -> Select<Entity> {
    Entity::find()
        .filter(Column::EntityRef.is_in(entity_refs.iter().copied()))
        .filter(Column::UntilSeq.is_null())
        .filter(Column::Document.is_not_null())
}

/// Reference and beginning of the newest versions of these entities, tombstones included.
pub(super) fn times_of(entity_refs: &[&str]) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::EntityRef, Column::ValidFrom])
        .filter(Column::UntilSeq.is_null())
        .filter(Column::EntityRef.is_in(entity_refs.iter().copied()))
}

/// The versions that these, by reference and `seq`, replaced.
pub(super) fn replaced_by(versions: &[(&str, i64)]) -> Select<Entity> {
    Entity::find()
        // The references lead to the index of the history; `until_seq` alone has none.
        .filter(Column::EntityRef.is_in(versions.iter().map(|(entity_ref, _)| *entity_ref)))
        .filter(Column::UntilSeq.is_in(versions.iter().map(|(_, seq)| *seq)))
}

/// `seq`, reference and hash of what exists now, in log order.
pub(super) fn current_hashes(after_seq: i64) -> Select<Entity> {
    current(after_seq).select_only().columns([Column::Seq, Column::EntityRef, Column::Hash])
}

/// `seq` and time of all versions, newest first.
pub(super) fn end_of_log() -> Select<Entity> {
    Entity::find().select_only().columns([Column::Seq, Column::ValidFrom]).order_by_desc(Column::Seq)
}

/// Reference, `seq` and hash of the newest versions of these entities, tombstones included.
pub(super) fn newest_of(entity_refs: &[&str]) -> Select<Entity> {
    Entity::find()
        .select_only()
        .columns([Column::EntityRef, Column::Seq, Column::Hash])
        .filter(Column::UntilSeq.is_null())
        .filter(Column::EntityRef.is_in(entity_refs.iter().copied()))
}

/// Ends versions: pairs of the `seq` that ends and the `seq` that replaces it, in one statement.
pub(super) fn close(pairs: &[(i64, i64)], time: i64) -> UpdateStatement {
    // Both engines name the columns of VALUES column1, column2.
    let values = pairs.iter().map(|&(old, new)| ValueTuple::Two(old.into(), new.into())).collect();
    Query::update()
        .table(Entity)
        .from(TableRef::ValuesList(values, "pair".into_iden()))
        .value(Column::ValidTo, time)
        .value(Column::UntilSeq, Expr::col(("pair", "column2")))
        .and_where(Expr::col((Entity, Column::Seq)).equals(("pair", "column1")))
        .to_owned()
}
