//! The tables as sea-orm sees them. Created by [`migration`](crate::migration). Times are Unix milliseconds, documents JSON
//! text.

#![expect(unreachable_pub, reason = "the types that the derives generate are public, and show these")]

pub(crate) mod task {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_task")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub template_ref: String,
        pub created_by: String,
        pub created_at: i64,
        pub state: String,
        pub ended_at: Option<i64>,
        pub heartbeat_at: Option<i64>,
        pub due_at: Option<i64>,
        pub lease_owner: Option<String>,
        pub attempt: i64,
        pub losses: i64,
        pub is_cancelling: bool,
        pub is_woken: bool,
        pub wait_step: Option<String>,
        pub wait_reason: Option<String>,
        pub last_event: i64,
        pub failed_step: Option<String>,
        pub error: Option<String>,
        #[sea_orm(column_type = "Blob", nullable)]
        pub secrets: Option<Vec<u8>>,
        pub output: Option<String>,
        pub initiator: String,
        pub parameters: String,
        pub template: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod step {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_step")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub number: i64,
        pub name: String,
        pub action: String,
        pub state: String,
        pub started_at: Option<i64>,
        pub ended_at: Option<i64>,
        pub error: Option<String>,
        pub output: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_event")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(column_name = "type")]
        pub kind: String,
        pub step: Option<String>,
        pub created_at: i64,
        pub body: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod kept {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_kept")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub step: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod workspace {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_workspace")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub hash: String,
        #[sea_orm(column_type = "Blob")]
        pub content: Vec<u8>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod draft {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_draft")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub template_ref: String,
        pub begun_at: i64,
        pub updated_at: i64,
        pub content: String,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod made {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_task_entity")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub entity_ref: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: String,
        pub at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod schedule {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_schedule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Whose runs they are; empty for a guest.
        pub created_by: String,
        /// Whether that is a program and no person.
        pub is_program: bool,
        pub created_at: i64,
        pub template_ref: String,
        pub parameters: String,
        pub cron: String,
        pub time_zone: String,
        pub is_suspended: bool,
        /// When it is due; nothing while it is suspended, or once it is never due any more.
        pub next_at: Option<i64>,
        /// When it was due last.
        pub last_at: Option<i64>,
        /// The run that was started last.
        pub last_task: Option<String>,
        /// Why none was started when it was due last.
        pub last_error: Option<String>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod usage {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scaffolder_usage")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub template_ref: String,
        /// Runs that completed.
        pub completed: i64,
        /// What they saved.
        pub saved_ms: i64,
        /// When the last one completed.
        pub last_at: i64,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
