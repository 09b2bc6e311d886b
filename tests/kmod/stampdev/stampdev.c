// SPDX-License-Identifier: GPL-2.0
/*
 * A network device for tests only: what is sent through stamp0 comes back as
 * received, the n-th frame by receive queue n % 4. While it is told to, by
 * SIOCSHWTSTAMP, it stamps them with its own clock, /dev/ptpN, but every fifth
 * not. A frame of 64 bytes or more says what was done to it: stamp (0 for none)
 * and CLOCK_REALTIME, 64 bits each, at offset 22, behind the number of a frame
 * without a tag. No emulated card stamps ordinary frames. An XDP program sees
 * them first, and is told their stamps (from Linux 6.3 on). Torn frames, as a
 * broken driver may hand up, say that they are longer than they are: a caller
 * that copies them finds that there is no more.
 */
#include <linux/bpf.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/skbuff.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <net/xdp.h>

#define STAMPDEV_QUEUES	4
#define STAMPDEV_SAID	22	/* where a frame says what was done to it */
#define STAMPDEV_LEAST	64
#define STAMPDEV_TORN	100	/* bytes that torn frames lack */

/* Since 6.11 drivers are not asked in the structure that programs ask in. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define stampdev_ts_info kernel_ethtool_ts_info
#else
#define stampdev_ts_info ethtool_ts_info
#endif

/* Since 6.6 drivers need not see the ioctl itself; some time after 6.12 they no longer do. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define stampdev_config kernel_hwtstamp_config
#else
#define stampdev_config hwtstamp_config
#endif

static int ahead = 37;
module_param(ahead, int, 0644);
MODULE_PARM_DESC(ahead, "seconds that the clock is ahead of CLOCK_REALTIME as it was at the start; to change it is to set the clock");

static int drift = 20000;
module_param(drift, int, 0444);
MODULE_PARM_DESC(drift, "by how many parts per billion the clock is too fast");

static bool stamping;
module_param(stamping, bool, 0644);
MODULE_PARM_DESC(stamping, "whether frames are stamped, as SIOCSHWTSTAMP sets it");

static uint torn;
module_param(torn, uint, 0644);
MODULE_PARM_DESC(torn, "the last of as many frames is torn, 0: none");

struct said {
	u64 stamp;
	u64 realtime;
} __packed;

static struct net_device *stampdev;
static struct ptp_clock *clock;
static u64 frames;	/* under the transmit queue's lock */
static u64 realtime_at_start, monotonic_at_start;

static u64 stampdev_now(void)
{
	s64 passed = ktime_get_ns() - monotonic_at_start;

	return realtime_at_start + passed + div_s64(passed * drift, NSEC_PER_SEC) +
	       (s64)ahead * NSEC_PER_SEC;
}

static int stampdev_gettimex(struct ptp_clock_info *info, struct timespec64 *now,
			     struct ptp_system_timestamp *system)
{
	ptp_read_system_prets(system);
	*now = ns_to_timespec64(stampdev_now());
	ptp_read_system_postts(system);
	return 0;
}

static int stampdev_settime(struct ptp_clock_info *info, const struct timespec64 *to)
{
	return -EOPNOTSUPP;
}

static int stampdev_adjtime(struct ptp_clock_info *info, s64 by)
{
	return -EOPNOTSUPP;
}

static int stampdev_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	return -EOPNOTSUPP;
}

static int stampdev_enable(struct ptp_clock_info *info, struct ptp_clock_request *request,
			   int on)
{
	return -EOPNOTSUPP;
}

static struct ptp_clock_info stampdev_clock = {
	.owner = THIS_MODULE,
	.name = "stampdev",
	.adjfine = stampdev_adjfine,
	.adjtime = stampdev_adjtime,
	.gettimex64 = stampdev_gettimex,
	.settime64 = stampdev_settime,
	.enable = stampdev_enable,
};

static int stampdev_get_ts_info(struct net_device *dev, struct stampdev_ts_info *info)
{
	info->so_timestamping = SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;
	info->phc_index = ptp_clock_index(clock);
	info->tx_types = BIT(HWTSTAMP_TX_OFF);
	info->rx_filters = BIT(HWTSTAMP_FILTER_NONE) | BIT(HWTSTAMP_FILTER_ALL);
	return 0;
}

static const struct ethtool_ops stampdev_ethtool_ops = {
	.get_ts_info = stampdev_get_ts_info,
};

static int stampdev_get_stamping(struct net_device *dev, struct stampdev_config *config)
{
	config->flags = 0;
	config->tx_type = HWTSTAMP_TX_OFF;
	config->rx_filter = READ_ONCE(stamping) ? HWTSTAMP_FILTER_ALL : HWTSTAMP_FILTER_NONE;
	return 0;
}

static int stampdev_set_stamping(struct net_device *dev, struct stampdev_config *config,
				 struct netlink_ext_ack *extack)
{
	if (config->tx_type != HWTSTAMP_TX_OFF)
		return -ERANGE;
	WRITE_ONCE(stamping, config->rx_filter != HWTSTAMP_FILTER_NONE);
	return stampdev_get_stamping(dev, config);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static int stampdev_ioctl(struct net_device *dev, struct ifreq *request, int cmd)
{
	struct hwtstamp_config config;
	int ret;

	switch (cmd) {
	case SIOCSHWTSTAMP:
		if (copy_from_user(&config, request->ifr_data, sizeof(config)))
			return -EFAULT;
		ret = stampdev_set_stamping(dev, &config, NULL);
		break;
	case SIOCGHWTSTAMP:
		ret = stampdev_get_stamping(dev, &config);
		break;
	default:
		return -EOPNOTSUPP;
	}
	if (ret)
		return ret;
	return copy_to_user(request->ifr_data, &config, sizeof(config)) ? -EFAULT : 0;
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
static struct bpf_prog __rcu *program;
static struct xdp_rxq_info receive_queues[STAMPDEV_QUEUES];

struct stamped_frame {
	struct xdp_buff xdp;
	u64 stamp;
};

static int stampdev_rx_timestamp(const struct xdp_md *context, u64 *stamp)
{
	const struct stamped_frame *frame = (const void *)context;

	*stamp = frame->stamp;
	return frame->stamp ? 0 : -ENODATA;
}

static const struct xdp_metadata_ops stampdev_metadata_ops = {
	.xmo_rx_timestamp = stampdev_rx_timestamp,
};

static int stampdev_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	struct bpf_prog *before;

	if (bpf->command != XDP_SETUP_PROG)
		return -EINVAL;
	before = rtnl_dereference(program);
	rcu_assign_pointer(program, bpf->prog);
	if (before) {
		synchronize_net();
		bpf_prog_put(before);
	}
	return 0;
}

/* Whether the frame goes on. */
static bool stampdev_run(struct sk_buff *skb, u64 stamp, unsigned int queue)
{
	const struct bpf_prog *run = rcu_dereference_bh(program);
	struct stamped_frame frame = { .stamp = stamp };

	if (!run)
		return true;
	xdp_init_buff(&frame.xdp, skb_end_offset(skb), &receive_queues[queue]);
	xdp_prepare_buff(&frame.xdp, skb->head, skb_headroom(skb), skb_headlen(skb), false);
	return bpf_prog_run_xdp(run, &frame.xdp) == XDP_PASS;
}

static void stampdev_xdp_exit(void)
{
	unsigned int i;

	for (i = 0; i < STAMPDEV_QUEUES; i++)
		if (xdp_rxq_info_is_reg(&receive_queues[i]))
			xdp_rxq_info_unreg(&receive_queues[i]);
}

static int stampdev_xdp_init(struct net_device *dev)
{
	unsigned int i;
	int ret;

	for (i = 0; i < STAMPDEV_QUEUES; i++) {
		ret = xdp_rxq_info_reg(&receive_queues[i], dev, i, 0);
		if (ret) {
			stampdev_xdp_exit();
			return ret;
		}
	}
	dev->xdp_features = NETDEV_XDP_ACT_BASIC;
	dev->xdp_metadata_ops = &stampdev_metadata_ops;
	return 0;
}
#else
static bool stampdev_run(struct sk_buff *skb, u64 stamp, unsigned int queue)
{
	return true;
}

static void stampdev_xdp_exit(void)
{
}

static int stampdev_xdp_init(struct net_device *dev)
{
	return 0;
}
#endif

static netdev_tx_t stampdev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct said said = {};
	u64 n = frames++;

	skb = skb_unshare(skb, GFP_ATOMIC);
	if (!skb)
		return NETDEV_TX_OK;
	skb_orphan(skb);
	if (READ_ONCE(stamping) && n % 5 != 4)
		said.stamp = stampdev_now();
	said.realtime = ktime_get_real_ns();
	skb_hwtstamps(skb)->hwtstamp = ns_to_ktime(said.stamp);
	if (skb_headlen(skb) >= STAMPDEV_LEAST)
		memcpy(skb->data + STAMPDEV_SAID, &said, sizeof(said));
	if (!stampdev_run(skb, said.stamp, n % STAMPDEV_QUEUES)) {
		dev_consume_skb_any(skb);
		return NETDEV_TX_OK;
	}
	skb->protocol = eth_type_trans(skb, dev);
	skb_record_rx_queue(skb, n % STAMPDEV_QUEUES);
	if (torn && n % torn == torn - 1) {
		skb->len += STAMPDEV_TORN;
		skb->data_len += STAMPDEV_TORN;
	}
	netif_rx(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops stampdev_ops = {
	.ndo_start_xmit = stampdev_xmit,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	.ndo_hwtstamp_get = stampdev_get_stamping,
	.ndo_hwtstamp_set = stampdev_set_stamping,
#else
	.ndo_eth_ioctl = stampdev_ioctl,
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	.ndo_bpf = stampdev_bpf,
#endif
};

static int __init stampdev_init(void)
{
	int ret;

	/* The same moment: between two readings an emulated processor may stand still. */
	monotonic_at_start = ktime_get_ns();
	realtime_at_start = ktime_to_ns(ktime_mono_to_real(ns_to_ktime(monotonic_at_start)));
	clock = ptp_clock_register(&stampdev_clock, NULL);
	if (IS_ERR_OR_NULL(clock))
		return clock ? PTR_ERR(clock) : -EOPNOTSUPP;

	ret = -ENOMEM;
	stampdev = alloc_etherdev_mqs(0, 1, STAMPDEV_QUEUES);
	if (!stampdev)
		goto err_clock;
	strscpy(stampdev->name, "stamp0", IFNAMSIZ);
	stampdev->netdev_ops = &stampdev_ops;
	stampdev->ethtool_ops = &stampdev_ethtool_ops;
	stampdev->flags |= IFF_NOARP;
	eth_hw_addr_random(stampdev);
	ret = stampdev_xdp_init(stampdev);
	if (ret)
		goto err_netdev;
	ret = register_netdev(stampdev);
	if (ret)
		goto err_xdp;
	return 0;

err_xdp:
	stampdev_xdp_exit();
err_netdev:
	free_netdev(stampdev);
err_clock:
	ptp_clock_unregister(clock);
	return ret;
}

static void __exit stampdev_exit(void)
{
	unregister_netdev(stampdev);
	stampdev_xdp_exit();
	free_netdev(stampdev);
	ptp_clock_unregister(clock);
}

module_init(stampdev_init);
module_exit(stampdev_exit);

MODULE_DESCRIPTION("Loops frames back with hardware time stamps, for tests");
MODULE_LICENSE("GPL");
