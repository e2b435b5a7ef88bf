import Storage

/// All forms. A new one is an action beside its page and a line here.
enum ActionTable {
    static func actions(
        _ stores: DashboardStores, _ desk: DashboardDesk
    ) -> [any PageAction] {
        [
            SignInAction(desk: desk),
            SignOutAction(desk: desk),
            CancelRunAction(stores: stores, desk: desk),
            RevokeAction(desk: desk),
            CanaryAction(hosts: stores.hosts),
        ] + PeopleActions.all(desk.people, now: desk.now)
            + HostOrder.allCases.map { HostOrderAction(order: $0, hosts: stores.hosts) }
    }
}
