//! The tables as sea-orm sees them. Created by [`migration`](crate::migration). Times are Unix milliseconds.

#![expect(unreachable_pub, reason = "the types that the derives generate are public, and show these")]

pub(crate) mod notification {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_ref: String,
        pub origin: String,
        pub scope: Option<String>,
        pub title: String,
        pub description: Option<String>,
        pub words: String,
        pub link: Option<String>,
        pub severity: i32,
        pub topic: String,
        pub icon: Option<String>,
        pub metadata: Option<String>,
        pub created: i64,
        pub updated: Option<i64>,
        pub at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod mark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_mark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub notification_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_ref: String,
        pub read_at: Option<i64>,
        pub saved_at: Option<i64>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
