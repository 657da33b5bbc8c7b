//! The tables as sea-orm sees them. Created by [`migration`](crate::migration).

#![expect(unreachable_pub, reason = "the types that the derives generate are public, and show these")]

pub(super) mod entity_version {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "entity_version")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub entity_ref: String,
        pub valid_from: i64,
        pub valid_to: Option<i64>,
        pub until_seq: Option<i64>,
        pub hash: String,
        pub document: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod refresh_state {
    use sea_orm::entity::prelude::*;

    /// The lists are JSON text: they are written and read whole.
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_state")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub location_ref: String,
        pub origin: String,
        pub parent: Option<String>,
        pub fingerprint: String,
        pub entities: String,
        pub stale: String,
        pub targets: String,
        pub dependencies: String,
        pub problems: String,
        pub refreshed_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod location {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "location")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        #[sea_orm(column_name = "type")]
        pub kind: String,
        pub target: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod remote_file {
    use sea_orm::entity::prelude::*;

    /// What was fetched from an address.
    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "remote_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub url: String,
        pub next_at: i64,
        pub checked_at: Option<i64>,
        pub attempts: i32,
        pub fingerprint: Option<String>,
        pub validator: Option<String>,
        pub failure: Option<String>,
        pub content: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
