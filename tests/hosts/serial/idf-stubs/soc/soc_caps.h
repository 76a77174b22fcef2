#ifndef STUB_SOC_CAPS_H
#define STUB_SOC_CAPS_H

#define SOC_UART_HP_NUM (3)

#endif
