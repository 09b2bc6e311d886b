// SPDX-License-Identifier: GPL-2.0
/*
 * mgcap.ko: loading, unloading, and the parameter ifname.
 *
 *   receive.c   a packet's way from the device into a ring
 *   ring.c      the rings between the receiving side and the readers
 *   device.c    /dev/mgcap/IF, what readers open
 *   capture.c   the life of a capture
 *   netlink.c   control by generic netlink
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "mgcap.h"

static char *ifname;
module_param(ifname, charp, 0444);
MODULE_PARM_DESC(ifname, "interface on which a capture starts with the module");

static int __init mgcap_start_by_name(const char *name)
{
	const struct mgcap_settings settings = {
		.mode = MGCAP_CAPTURE_MODE_MIRROR,
		.snaplen = MGCAP_SNAPLEN_DEFAULT,
		.slots = MGCAP_SLOTS_DEFAULT,
	};
	struct netlink_ext_ack extack = {};
	struct mgcap_capture *capture;
	struct net_device *dev;
	int ret;

	capture = mgcap_alloc(&settings, &extack);
	if (IS_ERR(capture)) {
		ret = PTR_ERR(capture);
		goto out;
	}

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, name);
	if (dev) {
		ret = mgcap_start(dev, capture, &extack);
	} else {
		NL_SET_ERR_MSG_MOD(&extack, "no interface has that name");
		ret = -ENODEV;
	}
	rtnl_unlock();
	if (ret)
		mgcap_put(capture);
out:
	if (ret)
		pr_err("ifname=%s: %s\n", name,
		       extack._msg ?: "out of memory");
	return ret;
}

static int __init mgcap_init(void)
{
	int ret;

	ret = mgcap_device_init();
	if (ret)
		return ret;

	ret = mgcap_captures_init();
	if (ret)
		goto err_device;

	ret = mgcap_netlink_init();
	if (ret)
		goto err_captures;

	if (ifname) {
		ret = mgcap_start_by_name(ifname);
		if (ret)
			goto err_netlink;
	}

	pr_info("version %s is loaded\n", THIS_MODULE->version);
	return 0;

err_netlink:
	mgcap_netlink_exit();
	/* Somebody may have started one by netlink in the meantime. */
	mgcap_stop_all();
err_captures:
	mgcap_captures_exit();
err_device:
	mgcap_device_exit();
	return ret;
}

static void __exit mgcap_exit(void)
{
	/* Once while the events can still be told, and once for good. */
	mgcap_stop_all();
	mgcap_netlink_exit();
	mgcap_stop_all();
	mgcap_captures_exit();
	mgcap_device_exit();
	pr_info("unloaded\n");
}

module_init(mgcap_init);
module_exit(mgcap_exit);

MODULE_DESCRIPTION("Packet capture into memory-mapped rings, for traffic monitoring");
MODULE_AUTHOR("the MgCap maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
MODULE_ALIAS_GENL_FAMILY("mgcap");
