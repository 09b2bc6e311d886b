/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between the kernels that mgcap.ko is built for, and nothing else. */
#ifndef _MGCAP_COMPAT_H
#define _MGCAP_COMPAT_H

#include <linux/mm.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <net/genetlink.h>

#ifndef CONFIG_NETFILTER_INGRESS
#error "mgcap captures at netfilter's ingress hook: the kernel needs CONFIG_NETFILTER_INGRESS"
#endif

/* A class names its device nodes from a device it may not change since 6.2. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define MGCAP_DEVNODE_CONST const
#else
#define MGCAP_DEVNODE_CONST
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync del_timer_sync
#endif

/*
 * A multicast group's flag: joining needs CAP_NET_ADMIN where the network
 * namespace is from. Named so since 6.7 and 6.1.69.
 */
#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN GENL_UNS_ADMIN_PERM
#endif

/* The attributes of a request for a dump. */
static inline struct nlattr **mgcap_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _MGCAP_COMPAT_H */
